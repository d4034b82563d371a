"""View: what the planner is shown before it looks around by itself, within a prompt's limit."""

import re
from dataclasses import dataclass

from bot.decisions.editing.text_files import is_text
from bot.decisions.map.repository import RepositoryMap
from bot.decisions.map.told_code import told_code
from bot.decisions.map.told_map import told_map
from bot.programs.asked import told_task, wishes
from bot.programs.ledger import prompt_limit
from bot.programs.sources import source_of
from bot.programs.toolbox import Toolbox
from bot.programs.tools.answer import cut_middle
from bot.programs.tools.documentation import told_pages
from bot.words.task import Task
from sandbox.files import Tree

#: Of a prompt: instructions, tools and the form of the reply in characters; the rest in shares.
FIXED = 2000
ISSUE, MAP, CODE = 0.27, 0.18, 0.22
#: Share of the map that later prompts repeat: by then the planner has chosen where to look.
LATER = 0.5
LONGEST_MAP, LONGEST_CODE = 16_000, 20_000


@dataclass(frozen=True, slots=True)
class View:
    """What is known at the beginning.

    Attributes:
        issue: what was asked, in every prompt.
        repository: paths and signatures, in the first prompt.
        reminder: the likeliest of them, in all later prompts.
        code: the likeliest definitions, which are told once, as if the planner had read them; "" for none.
        space: characters that a prompt has left for what the planner does and sees.
    """

    issue: str
    repository: str
    reminder: str
    code: str
    space: int


def view_of(task: Task, toolbox: Toolbox) -> View:
    """The view, from the repository's map; its size follows the window of the session's model."""
    limit = prompt_limit()
    known = RepositoryMap(toolbox.files)
    findings = known.find("\n".join([task.title, task.body, task.request, *task.remarks, task.learned]))
    issue = fitted_task(task, int(limit * ISSUE) - len(task.learned))
    issue = f"{issue}\n\n{task.learned}" if task.learned else issue
    if pages := told_pages(toolbox.pages):
        issue = f"{issue}\n\n{pages}"
    longest = min(LONGEST_MAP, int(limit * MAP))
    repository, reminder = (told_map(known, findings, int(longest * share)) for share in (1, LATER))
    room = min(LONGEST_CODE, int(limit * CODE))
    texts = told_texts(toolbox.files, issue, room // 3)
    code = "\n\n".join(part for part in (told_code(known, findings, room - len(texts)), texts) if part)
    return View(issue, repository, reminder, code, max(0, limit - FIXED - len(issue) - len(repository)))


def told_texts(files: Tree, issue: str, limit: int) -> str:
    """Small texts beside the code that an issue names, as README.md or rates.json: they are hardly read in vain."""
    told: list[str] = []
    for path in sorted(files):
        name = path.rpartition("/")[2]
        plain = source_of(files, path) if is_text(path) and len(files[path].data) <= limit else None
        if plain is None or not re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", issue):
            continue
        if len(text := f"{path}, in full:\n{plain}") <= limit:
            told.append(text)
            limit -= len(text)
    return "\n\n".join(told)


def fitted_task(task: Task, limit: int) -> str:
    """The task in so many characters: of a refinement the wish is what counts, of an issue its beginning and end."""
    told = told_task(task)
    asked = cut_middle("\n\n".join(wishes(task)), limit * 2 // 3)
    if len(told) <= limit or not asked:
        return cut_middle(told, limit)
    issue = told_task(task.model_copy(update={"request": "", "remarks": ()}))
    return f"{cut_middle(issue, limit - len(asked) - 2)}\n\n{asked}"
