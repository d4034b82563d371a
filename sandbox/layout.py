"""The layout: where things are in every room, whatever the driver."""

WORKSPACE = "/workspace"
#: A Python with pytest; read-only.
PYTHON = "/opt/py/bin/python"
#: Our programs; read-only.
TOOLS = "/opt/intern"
#: Installed packages of a prepared environment; read-only.
DEPENDENCIES = "/opt/env"
#: What the repository's own package brings when it is built: its metadata and generated files; read-only.
PROJECT = "/opt/project"
METADATA = f"{PROJECT}/site"
#: Where an installer's room finds the way to the package index.
GATE = "/run/gate"

#: Starts one of our programs: [*BOOT, "agent"].
BOOT = (PYTHON, "-I", f"{TOOLS}/sandbox/inside/boot.py")

#: The environment of everything that runs in a room; nothing of the host's is in it.
ENVIRONMENT = {
    "PATH": f"/opt/py/bin:{DEPENDENCIES}/bin:{PROJECT}/bin:/usr/local/bin:/usr/bin:/bin",
    "HOME": "/tmp",  # noqa: S108 - the room's own
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONPATH": f"{WORKSPACE}/src:{WORKSPACE}:{METADATA}:{DEPENDENCIES}",
}
