"""What the tests import and nothing that was found provides: told, never guessed into an installation."""

import sys
from collections.abc import Set as AbstractSet

from packaging.utils import canonicalize_name

from sandbox.environment.test_files import TestFiles

#: Modules whose package has another name, so that a reader is not told of what is there.
PACKAGES = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "django_filters": "django-filter",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "git": "gitpython",
    "google": "protobuf",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "magic": "python-magic",
    "mock": "mock",
    "PIL": "pillow",
    "pkg_resources": "setuptools",
    "psycopg2": "psycopg2-binary",
    "pytest_asyncio": "pytest-asyncio",
    "rest_framework": "djangorestframework",
    "ruamel": "ruamel-yaml",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "socks": "pysocks",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}
MOST = 10


def missing_modules(tests: TestFiles, own: AbstractSet[str], names: AbstractSet[str]) -> str:
    """A sentence for a reader, "" when nothing is missing.

    Args:
        tests: what the tests import.
        own: modules of the repository itself.
        names: packages that will be there.
    """
    known = own | sys.stdlib_module_names | {"pytest", "_pytest", "pluggy", "__future__"}
    unknown = sorted(
        module
        for module in tests.modules - known
        if PACKAGES.get(module, module) not in names and not _provides(canonicalize_name(module), names)
    )
    if not unknown:
        return ""
    shown = ", ".join(unknown[:MOST]) + (", ..." if len(unknown) > MOST else "")
    return f"the tests import {shown}: no requirement has that name, so perhaps it is missing; nothing is guessed"


def _provides(module: str, names: AbstractSet[str]) -> bool:
    """Whether a package is called so, or begins so: a namespace such as "google" has many."""
    return module in names or any(name.startswith(f"{module}-") for name in names)
