"""Who asks: the App's JWT and tokens, checked as GitHub does."""

import jwt

from bot.standins.github.accounts import Access
from bot.standins.github.refusal import Refusal
from bot.standins.github.world import World

UNREADABLE = "A JSON web token could not be decoded"
EXPIRED = (
    "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the"
    " assertion expires"
)
TOO_FAR = "'Expiration time' claim ('exp') is too far in the future"
ISSUED = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
TEN_MINUTES = 600
CLOCK_DRIFT = 60


def authenticate(world: World, header: str) -> Access:
    """What the `Authorization` header allows.

    Raises:
        Refusal: 401, the credential is none of ours, or not any more; 403, the installation is suspended.
    """
    if not header:
        return Access("none")
    scheme, _, credential = header.partition(" ")
    if scheme.lower() not in {"bearer", "token"}:
        raise Refusal(401, "Bad credentials")
    if credential.startswith("eyJ"):
        return _app(world, credential)
    access = world.tokens.get(credential)
    if access is None or access.expires <= world.clock():
        raise Refusal(401, "Bad credentials")
    if access.installation and access.installation.id not in world.installations:
        raise Refusal(401, "Bad credentials")
    if access.installation and access.installation.suspended is not None:
        raise Refusal(403, "This installation has been suspended")
    return access


def _app(world: World, credential: str) -> Access:
    """https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app."""
    # Times are compared with the stand-in's own clock below.
    unchecked = {f"verify_{claim}": False for claim in ("exp", "iat", "nbf", "iss", "aud")}
    try:
        claims = jwt.decode(credential, world.app.public_key, algorithms=["RS256"], options=unchecked)  # type: ignore[arg-type]
    except jwt.PyJWTError:
        raise Refusal(401, UNREADABLE) from None
    now, begin, end = world.clock(), claims.get("iat"), claims.get("exp")
    if not isinstance(begin, int | float) or begin > now + CLOCK_DRIFT:
        raise Refusal(401, ISSUED)
    if not isinstance(end, int | float) or end <= now:
        raise Refusal(401, EXPIRED)
    if end > now + TEN_MINUTES:
        raise Refusal(401, TOO_FAR)
    if str(claims.get("iss")) not in {str(world.app.id), world.app.client_id}:
        raise Refusal(404, "Integration not found")
    return Access("app")
