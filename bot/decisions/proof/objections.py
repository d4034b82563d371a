"""Objections: all that reading a patch holds against it, whatever its tests say."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.decisions.code.definitions import UNPARSABLE
from bot.decisions.code.encoding import encoding_trouble
from bot.decisions.proof.copied_answers import copied_answers
from bot.decisions.proof.hashed_answers import hashed_answers
from bot.decisions.proof.pretences import pretences
from bot.decisions.proof.suspicions import suspicions
from bot.decisions.testing.blind_tests import blind_tests
from bot.words.patch import FileChange, Patch
from bot.words.reproduction import Reproduction

Look = Callable[[Patch], Iterable[str]]


def objections(patch: Patch, reproductions: Sequence[Reproduction] = ()) -> tuple[str, ...]:
    """Why a patch must not count as proven: one sentence each; empty for most patches. Never raises.

    Args:
        patch: the patch.
        reproductions: tests that it has to pass and does not hold; it may not know their answers either.
    """
    shown = (FileChange(path=one.path, before=None, after=one.test, test=True) for one in reproductions)
    asked = patch.model_copy(update={"changes": (*patch.changes, *shown)})
    looks = (encodings, suspicions, pretences, blind_tests)
    found = [reason for look in looks for reason in _told(look, patch)]
    return (*found, *(reason for look in (copied_answers, hashed_answers) for reason in _told(look, asked)))


def encodings(patch: Patch) -> Iterator[str]:
    """Files that Python reads in another encoding than everybody who looked at them, a sentence each."""
    for change in patch.changes:
        python = change.after is not None and change.path.casefold().endswith(".py")
        if python and (trouble := encoding_trouble(change.after or "")):
            yield f"`{change.path[:120].replace('`', '?')}` is not read as it stands there. {trouble}"


def _told(look: Look, patch: Patch) -> tuple[str, ...]:
    """What a look finds. What it can't read to the end, it must not have believed: a huge number, a sum of 900."""
    try:
        return tuple(look(patch))
    except UNPARSABLE as error:
        return (f"Something in it is too large or too deep to be read ({type(error).__name__}).",)
