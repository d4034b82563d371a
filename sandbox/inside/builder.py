"""The builder: makes a wheel, or metadata alone, of a source tree, as its build backend does it. Runs inside the room.

The room has no network, and this process runs code that nobody looked at: whatever it says or leaves behind is a
claim that the host takes as data. It reads one JSON line and leaves `/workspace/built/result.json`.
https://packaging.python.org/en/latest/specifications/pyproject-toml/#declaring-build-system-dependencies-the-build-system-table
https://peps.python.org/pep-0517/
"""

import importlib
import importlib.metadata
import json
import os
import re
import shutil
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

SOURCE = Path("/workspace/source")
BUILT = Path("/workspace/built")
DEPENDENCIES = "/opt/env"
LEGACY = "setuptools.build_meta:__legacy__"
LEGACY_REQUIRES = ["setuptools", "wheel"]
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def unpack(archive: str) -> None:
    """Lay out a source distribution; it has one folder with everything in it."""
    passing = SOURCE.parent / "unpacked"
    if archive.endswith(".zip"):
        with zipfile.ZipFile(archive) as found:
            found.extractall(passing)  # noqa: S202 - in a room that ends after the build
    else:
        with tarfile.open(archive) as found_tar:
            found_tar.extractall(passing)  # noqa: S202 - likewise
    folders = [entry for entry in passing.iterdir() if entry.is_dir()]
    if len(folders) != 1:
        raise SystemExit("error: no source distribution: it has not one folder")
    folders[0].rename(SOURCE)


def build_system() -> dict[str, Any]:
    """What pyproject.toml says of the build, completed by what counts when it says nothing."""
    path = SOURCE / "pyproject.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8")).get("build-system", {}) if path.exists() else {}
    return {
        "requires": table.get("requires", LEGACY_REQUIRES),
        "backend": table.get("build-backend", LEGACY),
        "backend_path": table.get("backend-path", []),
    }


def load(system: dict[str, Any]) -> Any:
    """The backend's hooks."""
    site = sysconfig.get_path("purelib")
    sys.path.insert(sys.path.index(site) if site in sys.path else len(sys.path), DEPENDENCIES)
    for folder in reversed(system["backend_path"]):
        place = (SOURCE / folder).resolve()
        if not place.is_relative_to(SOURCE):
            raise SystemExit("error: backend-path leaves the source tree")
        sys.path.insert(0, str(place))
    module, _, path = str(system["backend"]).partition(":")
    found: Any = importlib.import_module(module)
    for name in filter(None, path.split(".")):
        found = getattr(found, name)
    return found


def lacking(hooks: Any, kind: str) -> list[str]:
    """What the backend asks for beyond what is installed, when anything of it is missing altogether."""
    hook = getattr(hooks, f"get_requires_for_build_{kind}", None)
    wanted = [str(line) for line in (hook({}) if hook else [])]
    for line in wanted:
        name = NAME.match(line)
        try:
            importlib.metadata.distribution(name[0] if name else line)
        except importlib.metadata.PackageNotFoundError:
            return wanted
    return []


def make(hooks: Any, *, metadata_only: bool) -> str:
    """Have the wheel made, or an archive of the metadata; its name."""
    if not metadata_only:
        return str(hooks.build_wheel(str(BUILT), {}, None))
    folder = BUILT / "metadata"
    folder.mkdir()
    hooks.prepare_metadata_for_build_wheel(str(folder), {})
    return Path(shutil.make_archive(str(BUILT / "metadata"), "zip", folder)).name


def work(order: dict[str, Any]) -> dict[str, Any]:
    """What to tell the host."""
    if order.get("archive"):
        unpack(f"/workspace/{order['archive']}")
    system = order.get("system") or build_system()
    if order["do"] == "look":
        return {"system": system}
    os.chdir(SOURCE)
    sys.argv = ["setup.py"]
    hooks = load(system)
    missing = [] if order["complete"] else lacking(hooks, "wheel")
    if missing:
        return {"missing": missing}
    return {"made": make(hooks, metadata_only=order["do"] == "metadata")}


def main() -> None:
    """Read the order, do it, leave the result."""
    order = json.loads(sys.stdin.readline())
    os.dup2(2, 1)  # what hooks print is for a reader, not for us
    BUILT.mkdir()
    result = work(order)
    (BUILT / "result.json").write_text(json.dumps(result), encoding="utf-8")
