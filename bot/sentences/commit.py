"""The message of a commit. No trailer and no command in it comes from outside."""

import re
import textwrap

from bot.sentences.harmless import BREAK, one_line, unled
from bot.words.job import Job, Kind, Person
from bot.words.plan import Plan

#: Columns of a title and of the body, as git's own documentation recommends.
COLUMNS = 72

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,99}(?:\[bot\])?")


def commit_message(job: Job, plan: Plan) -> str:
    """Title, a short body from the plan, and who asked as a co-author.

    The address is GitHub's own for an account, so that the commit is credited without showing anybody's mail:
    https://docs.github.com/en/account-and-profile/reference/email-addresses-reference
    """
    wish = job.request if job.kind is Kind.REFINE and job.request.strip() else job.title
    title = _title(_plain(wish, 300)) or "Change what the issue asks for"
    lines = textwrap.wrap(_plain(plan.summary, 600), COLUMNS, break_on_hyphens=False)
    body = "\n".join(map(unled, lines))
    return "\n\n".join(part for part in (title, body, _co_author(job.requester)) if part)


def _plain(text: str, limit: int) -> str:
    """One harmless line in which nothing reads as a trailer or as "[skip ci]".

    https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs
    """
    line = one_line(text, limit).replace("[", "(").replace("]", ")").replace("`", "'")
    return line.replace(":", f"{BREAK}:").strip()


def _title(line: str) -> str:
    return line if len(line) <= COLUMNS else f"{line[: COLUMNS - 1].rstrip()}…"


def _co_author(person: Person) -> str:
    if person.id <= 0 or not _LOGIN.fullmatch(person.login):
        return ""
    address = f"{person.id}+{person.login}@users.noreply.github.com"
    return f"Co-authored-by: {person.login} <{address}>"
