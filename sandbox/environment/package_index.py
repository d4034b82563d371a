"""The package indexes that this machine uses, as its own pip and uv are told: none is spelled out here."""

import netrc
import re
import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from sandbox.environment.pip_settings import pip_settings
from sandbox.environment.secret import Login
from sandbox.environment.uv_settings import login_of, uv_settings
from sandbox.room import SandboxError

STRATEGIES = ("first-index", "unsafe-first-match", "unsafe-best-match")
#: In the order in which pip and uv believe them; a bundle replaces the usual certificates.
BUNDLES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True, slots=True)
class Index:
    """One index: `url` has no login in it and no slash at its end."""

    url: str
    login: Login = field(default=Login(), repr=False)


@dataclass(frozen=True, slots=True)
class Indexes:
    """Where packages come from, and how this machine gets there.

    Attributes:
        found: in the order of priority; the last one is the default.
        has_default: whether the last one is what the configuration calls its default index.
        strategy: uv's word for how several indexes are searched; the first that has a project, when unsaid, so that
            nobody can offer a package of ours at a public place.
        bundle: path of the certificates that vouch for them; "" for the usual ones.
        client_certificate: path of ours; "" for none.
        proxy: address of a proxy for all of them; "" for what the environment says of each address.
    """

    found: tuple[Index, ...]
    has_default: bool
    strategy: str = STRATEGIES[0]
    bundle: str = ""
    client_certificate: str = ""
    proxy: str = field(default="", repr=False)

    def with_default(self, url: str) -> "Indexes":
        """The same, completed by the installer's own default index."""
        fields = {name: getattr(self, name) for name in ("strategy", "bundle", "client_certificate", "proxy")}
        return Indexes((*self.found, Index(url.rstrip("/"))), True, **fields)

    def proxy_for(self, url: str) -> str:
        """The proxy on the way to this address; "" for none."""
        parts = urlsplit(url)
        if is_loopback(parts.hostname or "") or urllib.request.proxy_bypass(parts.hostname or ""):
            return ""
        known = urllib.request.getproxies()
        return self.proxy or known.get(parts.scheme, "") or known.get("all", "")

    def tls(self) -> ssl.SSLContext:
        """What makes sure that the index is the index. Raises SandboxError."""
        try:
            context = ssl.create_default_context(cafile=self.bundle or None)
            if self.client_certificate:
                context.load_cert_chain(self.client_certificate)
        except (OSError, ssl.SSLError) as error:
            raise SandboxError(f"the certificates of pip's or uv's configuration can't be read: {error}") from error
        if not self.bundle and not any(_usual_certificates()):
            import certifi  # comes with the engine's client, needed on few machines

            context.load_verify_locations(certifi.where())
        return context


def find_indexes(variables: Mapping[str, str]) -> Indexes:
    """The configured indexes; without the default one where the configuration names none.

    Args:
        variables: the environment.

    Raises:
        SandboxError: one of them can't be used safely; the message says which setting, never its password.
    """
    pip, uv = pip_settings(variables), uv_settings(variables)
    logins = {one.url: login_of(one, variables) for one in uv.indexes}
    extra = [one.url for one in uv.indexes if not one.default] + pip.get("extra-index-url", "").split()
    default = next((one.url for one in uv.indexes if one.default), "") or pip.get("index-url", "")
    # A folder of this machine is not a room's business.
    words = [word for word in dict.fromkeys([*extra, *filter(None, [default])]) if not word.startswith("file:")]
    found = tuple(_index(word, logins.get(word, Login()), variables) for word in words)
    strategy = uv.strategy if uv.strategy in STRATEGIES else STRATEGIES[0]
    bundle = next(filter(None, [pip.get("cert", ""), *(variables.get(name, "") for name in BUNDLES)]), "")
    client = pip.get("client-cert", "") or variables.get("SSL_CLIENT_CERT", "")
    return Indexes(found, bool(default) and default in words, strategy, bundle, client, pip.get("proxy", ""))


def default_of(help_text: str) -> str:
    """The index that `uv pip install --help` names as its default."""
    found = re.search(r"--default-index.*?by default:\s*<?(https://[^\s>)]+)", help_text, re.DOTALL)
    if not found:
        raise SandboxError("the installer names no default index: set index-url in pip's configuration")
    return found[1]


def is_loopback(host: str) -> bool:
    """Whether this is this very machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_safe(url: str) -> bool:
    """Whether what comes from there is what its owner sent: plain http is only for this very machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    )


def _index(word: str, login: Login, variables: Mapping[str, str]) -> Index:
    try:
        parts = urlsplit(word)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        place = f"{host}:{parts.port}" if parts.port else host
    except ValueError:
        raise SandboxError("an index of pip's or uv's configuration is no address: look at its index-url") from None
    url = urlunsplit((parts.scheme, place, parts.path.rstrip("/"), "", ""))
    if not is_safe(url):
        raise SandboxError(f"the package index {url} is not reached by https://: change pip's or uv's configuration")
    own = Login(unquote(parts.username or ""), unquote(parts.password or ""))
    return Index(url, own or login or netrc_login(parts.hostname or "", variables))


def netrc_login(host: str, variables: Mapping[str, str]) -> Login:
    """What the user's netrc says of a host: https://docs.python.org/3/library/netrc.html."""
    path = Path(variables.get("NETRC") or Path(variables.get("HOME") or "~").expanduser() / ".netrc")
    try:
        known = netrc.netrc(str(path)).authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return Login()
    return Login(known[0] or "", known[2] or "") if known else Login()


def _usual_certificates() -> tuple[bool, bool]:
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile and Path(paths.cafile).exists()), bool(paths.capath and any(Path(paths.capath).glob("*")))
