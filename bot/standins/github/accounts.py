"""Who there is on GitHub: accounts, the App, its installations and the tokens that speak for them."""

import secrets
from dataclasses import dataclass, field
from typing import Literal

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

Level = Literal["read", "write", "admin"]
Role = Literal["admin", "maintain", "write", "triage", "read", "none"]

# What the legacy field `permission` says for a role:
# https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
LEGACY: dict[Role, str] = {"maintain": "write", "triage": "read"}
WRITERS: set[Role] = {"admin", "maintain", "write"}

PERMISSIONS: dict[str, Level] = {
    "checks": "write",
    "contents": "write",
    "issues": "write",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "read",
}
EVENTS = (
    "issue_comment",
    "issues",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "push",
    "repository",
)

# What every App is told, be it subscribed or suspended.
ALWAYS = ("installation", "installation_repositories")


@dataclass(eq=False)
class Account:
    """A person, an organisation or a bot."""

    id: int
    login: str
    type: Literal["User", "Organization", "Bot"] = "User"

    @property
    def email(self) -> str:
        """The address that GitHub writes into commits made for this account."""
        return f"{self.id}+{self.login}@users.noreply.github.com"


@dataclass
class App:
    """A GitHub App as it is registered.

    Attributes:
        id: its number, the JWT's issuer.
        private_key: PEM for the bot; "" if only the public half is known.
        public_key: PEM that JWTs are verified with.
        slug: its name in URLs; its account is "<slug>[bot]".
        permissions: what an installation may be granted at most.
        events: the webhooks it is subscribed to.
        client_id: the other issuer that GitHub accepts.
    """

    id: int
    private_key: str
    public_key: str
    slug: str = "code-intern"
    permissions: dict[str, Level] = field(default_factory=lambda: dict(PERMISSIONS))
    events: tuple[str, ...] = EVENTS
    client_id: str = "Iv23liStandInStandIn"

    @classmethod
    def generate(cls, number: int = 1234, slug: str = "code-intern") -> "App":
        """An App with a fresh key pair of 2,048 bits."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return cls(number, private.decode(), public.decode(), slug)


@dataclass(eq=False)
class Installation:
    """The App on one account; `selected` is None for all repositories, else their ids."""

    id: int
    account: Account
    permissions: dict[str, Level]
    created: float
    selected: set[int] | None = None
    suspended: float | None = None


@dataclass(eq=False)
class Access:
    """What the credential of one request may do.

    Attributes:
        kind: "app" for a JWT, "installation", "actions" for a workflow's GITHUB_TOKEN, or "none".
        actor: the account that its writes are made by; None for "none" and "app".
        permissions: level by name.
        repositories: ids it is narrowed to; None for all of its installation.
        expires: seconds since 1970.
        text: the token itself.
    """

    kind: Literal["app", "installation", "actions", "none"]
    actor: Account | None = None
    permissions: dict[str, Level] = field(default_factory=dict)
    repositories: set[int] | None = None
    installation: Installation | None = None
    expires: float = 0.0
    text: str = field(default="", repr=False)

    def may(self, name: str, level: Level) -> bool:
        """Whether one permission is granted at this level or above."""
        order: tuple[Level, ...] = ("read", "write", "admin")
        granted = self.permissions.get(name, "read" if name == "metadata" else None)
        return granted is not None and order.index(granted) >= order.index(level)

    @property
    def bucket(self) -> str:
        """Whose rate limit a request counts against."""
        return f"installation {self.installation.id}" if self.installation else f"{self.kind} {self.text}"


def mint(app: App, ordinal: int) -> str:
    """A new installation token: by turns the short form and the long one with dots, hyphens and underscores.

    The long form, `ghs_<APP ID>_<JWT>` of about 520 characters, is what GitHub has been introducing:
    https://github.blog/changelog/2026-05-15-github-app-installation-tokens-per-request-override-header/
    """
    if ordinal % 2:
        return f"ghs_{secrets.token_hex(18)}"
    token = ""
    while "-" not in token:
        # The signature is random, so it takes a try or two.
        payload = {"jti": secrets.token_urlsafe(204)}
        token = f"ghs_{app.id}_{jwt.encode(payload, secrets.token_bytes(64), algorithm='HS512')}"
    return token
