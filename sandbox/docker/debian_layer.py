"""A layer with Debian packages over a sandbox image, made by the engine's own build and named after its inputs."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from docker.errors import BuildError

from sandbox.docker.engine import Client
from sandbox.docker.image import REPOSITORY, alone, archive, is_present
from sandbox.docker.label import IMAGE
from sandbox.docker.trouble import asking
from sandbox.environment.store import Say
from sandbox.room import SandboxError

#: A name that apt-get does not know, but could read as a pattern, is refused: a pattern may mean a thousand packages.
DOCKERFILE = """\
FROM {image}
LABEL {label}={value}
COPY apt /tmp/apt
RUN export DEBIAN_FRONTEND=noninteractive \\
 && apt-get {options} update -qq \\
 && for name in {names}; do \\
      apt-cache pkgnames "$name" | grep -qxF -- "$name" \\
      || {{ echo "E: Unable to locate package $name"; exit 100; }}; done \\
 && apt-get {options} install -qq --no-install-recommends {names} \\
 && apt-get clean && rm -rf /tmp/apt /var/lib/apt/lists/*
"""
#: Value of the label IMAGE of such an image.
DEBIAN = "debian"
CERTIFICATES = ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
BUILD_SECONDS = 900
LONGEST_WORDS = 300


def ensure_layer(client: Client, image: str, names: Sequence[str], say: Say) -> str:
    """The tag of an image with these packages; builds it when the engine has none.

    Args:
        client: a client of the engine.
        image: id of the sandbox image below.
        names: of packages, checked by `check_debian`.
        say: told in a line what takes long.

    Raises:
        SandboxError: a package does not exist, or Debian's mirror can't be reached; with apt's own words.
    """
    digest = hashlib.sha256("\0".join([image, *names]).encode()).hexdigest()[:12]
    tag = f"{REPOSITORY}:debian-{digest}"
    if not is_present(client, tag):
        with alone():
            if not is_present(client, tag):
                say(f"installing Debian packages: {', '.join(names)}")
                _build(client, tag, image, names)
    return tag


def _build(client: Client, tag: str, image: str, names: Sequence[str]) -> None:
    bundle = _certificates()
    options = "-o Acquire::https::CAInfo=/tmp/apt/certificates.pem" if bundle else ""
    words = " ".join(names)
    dockerfile = DOCKERFILE.format(image=image, label=IMAGE, value=DEBIAN, options=options, names=words).encode()
    # These arguments are known to every build and stay out of the image.
    proxies = {name: os.environ[name] for name in PROXIES if os.environ.get(name)}
    try:
        with asking("installing Debian packages"):
            client.images.build(
                fileobj=archive({"Dockerfile": dockerfile, "apt/certificates.pem": bundle}),
                custom_context=True,
                tag=tag,
                buildargs=proxies,
                use_config_proxy=True,
                rm=True,
                forcerm=True,
                timeout=BUILD_SECONDS,
            )
    except SandboxError as error:
        if isinstance(error.__cause__, BuildError):
            raise SandboxError(f"the Debian packages can't be installed: {_words(error.__cause__)}") from error
        raise


def _certificates() -> bytes:
    """What this machine trusts beyond the usual; it is gone from the image when the packages are there."""
    path = next((os.environ[name] for name in CERTIFICATES if os.environ.get(name)), "")
    try:
        return Path(path).read_bytes() if path else b""
    except OSError:
        return b""


def _words(error: BuildError) -> str:
    said = "".join(str(line.get("stream", "")) for line in error.build_log)
    spoken = [line.removeprefix("E: ") for line in said.splitlines() if line.startswith("E: ")]
    return "; ".join(dict.fromkeys(spoken))[:LONGEST_WORDS] or str(error.msg)[:LONGEST_WORDS]
