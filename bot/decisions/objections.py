"""Objections: all that reading a patch holds against it, whatever its tests say."""

from bot.decisions.blind_tests import blind_tests
from bot.decisions.copied_answers import copied_answers
from bot.decisions.hashed_answers import hashed_answers
from bot.decisions.pretences import pretences
from bot.decisions.suspicions import suspicions
from bot.words.patch import Patch


def objections(patch: Patch) -> tuple[str, ...]:
    """Why a patch must not count as proven: one sentence each; empty for most patches. Never raises."""
    found = (suspicions, pretences, copied_answers, hashed_answers, blind_tests)
    return tuple(reason for look in found for reason in look(patch))
