from collections.abc import Iterator

import pytest

from tests.sandbox.environment.package_server import PackageServer


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> pytest.MonkeyPatch:
    """This machine's own configuration of pip and uv is not there."""
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_PROXY", "UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("NETRC", f"{tmp_path}/netrc")
    return monkeypatch


@pytest.fixture
def index(only: pytest.MonkeyPatch) -> Iterator[PackageServer]:
    """The one configured index: a server on this machine."""
    with PackageServer() as server:
        only.setenv("PIP_INDEX_URL", server.url)
        yield server
