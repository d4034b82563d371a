"""Adding to the requirements the plugins of pytest that are in use, and telling what else seems to be missing."""

from packaging.utils import canonicalize_name

from sandbox.environment.declaration.requirement_file import RequirementReader
from sandbox.environment.missing import missing_modules
from sandbox.environment.plain_requirement import PlainRequirement
from sandbox.environment.provided import provided
from sandbox.environment.pytest_plugins import configured_plugins, used_plugins
from sandbox.environment.pytest_settings import read_pytest_settings
from sandbox.environment.repository import Repository
from sandbox.environment.requirement_set import RequirementSet
from sandbox.environment.test_files import own_modules, read_test_files


def add_plugins(repository: Repository, own: str, found: RequirementSet, *, locked: bool) -> None:
    """Add the plugins that nothing else names; note why, and note what the tests import beside.

    Args:
        repository: has the tests, gets the notes.
        own: name of the repository's own package, which may be a plugin itself.
        found: is added to.
        locked: whether a lock file decided. Its authors chose what their tests get, and a package without a hash would
            cost it all of its hashes: so only what pytest's settings can't do without is added then.
    """
    settings, tests = read_pytest_settings(repository), read_test_files(repository)
    required = RequirementReader(repository)
    required.read_lines(settings.required, settings.path, folder="")
    there = {canonicalize_name(own), *provided()}
    found.add(each for each in required.found if each.name not in there | found.names)
    for package, reason in configured_plugins(settings).items():
        if package not in there | found.names:
            found.add([PlainRequirement(package, origin=settings.path)])
            repository.note(f"{package} is added: {reason}, and nothing else names it")
    for package, reason in used_plugins(tests).items():
        if package in there | found.names:
            continue
        if locked:
            repository.note(f"{package} is not among what is locked for the tests, yet {reason}")
        else:
            found.add([PlainRequirement(package, origin="the tests")])
            repository.note(f"{package} is added: {reason}, and nothing else names it")
    sentence = missing_modules(tests, own_modules(repository), there | found.names)
    if sentence:
        repository.note(sentence)
