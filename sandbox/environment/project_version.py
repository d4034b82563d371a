"""The version of a repository's own package when it comes from git tags, which no room has."""

import re
from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from sandbox.environment.needs import Project
from sandbox.environment.simple_page import normal
from sandbox.files import File, Tree

#: Satisfies every ">=" of another package, which is what a wrong version breaks most often.
UNKNOWN = "999.0.0"
CHANGES = re.compile(
    r"(?:docs?/(?:\w+/)?)?(?:CHANGELOG|CHANGES|HISTORY|NEWS|RELEASES?)(?:\.(?:md|rst|txt))?", re.IGNORECASE
)
#: A heading of a change log, in Markdown, with a line below or bare: its first version.
HEADING = re.compile(
    r"^(?:#+\s*|=+\s*)?(?:[A-Za-z][\w.-]*\s+)?\[?v?(\d+(?:\.\d+){1,3}(?:(?:a|b|rc)\d+|\.post\d+)?)\b", re.MULTILINE
)
LARGEST_LOG = 512 * 1024


def version_of(project: Project, files: Tree) -> str:
    """The written version; else the newest of a change log; else one that is newer than all."""
    if project.version:
        return project.version
    found = [version for path in sorted(files) if CHANGES.fullmatch(path) for version in _versions(files[path])]
    return str(max(found)) if found else UNKNOWN


def _versions(file: File) -> Iterator[Version]:
    for text in HEADING.findall(file.data[:LARGEST_LOG].decode("utf-8", "replace")):
        try:
            version = Version(text)
        except InvalidVersion:
            continue
        if version.major < 1900 or len(version.release) > 2:  # "2024.1" at the head of a line may be a date
            yield version


def variables_of(project: Project, version: str) -> dict[str, str]:
    """What the tools that ask git take for its answer, each by its own documentation.

    https://setuptools-scm.readthedocs.io/en/latest/overrides/ (also hatch-vcs),
    https://backend.pdm-project.org/metadata/#dynamic-project-version,
    https://github.com/mtkennerly/poetry-dynamic-versioning#environment-variables,
    https://github.com/ninoseki/uv-dynamic-versioning, https://docs.openstack.org/pbr/latest/user/packagers.html
    """
    name = normal(project.name).replace("-", "_").upper()
    names = (
        "SETUPTOOLS_SCM_PRETEND_VERSION",
        f"SETUPTOOLS_SCM_PRETEND_VERSION_FOR_{name}",
        "VCS_VERSIONING_PRETEND_VERSION",
        f"VCS_VERSIONING_PRETEND_VERSION_FOR_{name}",
        "PDM_BUILD_SCM_VERSION",
        "POETRY_DYNAMIC_VERSIONING_BYPASS",
        "UV_DYNAMIC_VERSIONING_BYPASS",
        "PBR_VERSION",
    )
    return dict.fromkeys(names, version) if not project.version else {}


def marker_file(project: Project, version: str) -> dict[str, File]:
    """What an unpacked source distribution has at its root: further tools (versioningit, ...) read it there.

    Not for versions that don't come from git: some backends would believe it more than their own configuration.

    https://packaging.python.org/en/latest/specifications/source-distribution-format/
    """
    text = f"Metadata-Version: 2.1\nName: {project.name}\nVersion: {version}\n"
    return {"PKG-INFO": File(text.encode())} if project.version_from_git and not project.version else {}
