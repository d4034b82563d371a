"""Conventions: how a repository wants its code written, from its settings and from what it tells contributors.

It is outside text: it may shape the style of new code. It reaches no decision about what may be read, run or written.
"""

import re
from collections.abc import Iterator

from bot.decisions.canonical import canonical
from sandbox.environment.repository import Repository
from sandbox.environment.shape import Table, table, text
from sandbox.files import Tree

#: Characters of all that is told, of one rule, and bytes of a file that are read.
LONGEST, LONGEST_RULE, LARGEST = 800, 180, 60_000

#: What people write for contributors, in the order of its weight.
GUIDES = ("AGENTS.md", "CLAUDE.md", "CONTRIBUTING.md", ".github/CONTRIBUTING.md", "docs/CONTRIBUTING.md",
          "CONTRIBUTING.rst", "CONTRIBUTING.txt", "CONTRIBUTING")  # fmt: skip

#: Headings below which every rule counts, and words of a rule that counts anywhere.
HEADINGS = re.compile(r"\b(styles?|conventions?|guidelines?|tests?|testing|docstrings?|typing|types?|format\w*|lint\w*|"
                      r"naming|code|coding|imports?|quality|python)\b", re.IGNORECASE)  # fmt: skip
RULES = re.compile(r"docstring|type hint|type annotation|annotate|\bpytest\b|fixture|parametri[sz]|line length|quotes|"
                   r"snake_case|f-string|naming|dataclass|\bimports?\b|\bexceptions?\b|\basserts?\b|"
                   r"\bpep.?8\b", re.IGNORECASE)  # fmt: skip
#: What is about something else than how code looks: who writes code here has no use for it.
OTHER = re.compile(r"\b(commits?|branch(es)?|pull requests?|prs?|changelog|push|fork|clone|install\w*|releases?|"
                   r"licen[cs]es?|issues?|workflows?|secrets?|tokens?|passwords?|credentials?|deploy\w*|sudo|curl|"
                   r"ignore|skip|disable|delete|review\w*|maintainers?|ci)\b|://|@\w", re.IGNORECASE)  # fmt: skip
HEADING = re.compile(r"#{1,6}[ \t]+(.*)")
UNDERLINE = re.compile(r"([=\-~^\"'`#*+])\1{2,}")
BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,2}[.)])[ \t]+(.*)")


def conventions(files: Tree) -> str:
    """What a model should know of a repository's style, at most 800 characters, safe for a prompt; "" for nothing.

    Args:
        files: the base branch.
    """
    repository = Repository(files)
    told = list(dict.fromkeys(_settings(repository)))
    for path in GUIDES:
        if path in files:
            guide = canonical(files[path].data[:LARGEST].decode("utf-8", "replace"), LARGEST).text
            told += [rule for rule in _rules(guide) if rule not in told]
    lines, left = list[str](), LONGEST
    for rule in told:
        line = rule if len(rule) <= LONGEST_RULE else f"{rule[: LONGEST_RULE - 4].rsplit(' ', 1)[0]} ..."
        if len(line) + 3 <= left:
            lines.append(f"- {line}")
            left -= len(line) + 3
    return "\n".join(lines)


def _settings(repository: Repository) -> Iterator[str]:
    """What the settings of linters and formatters say, in our own words."""
    pyproject = repository.toml("pyproject.toml")
    tools = table(pyproject, "tool")
    own = next((path for path in (".ruff.toml", "ruff.toml") if path in repository.files), "")
    ruff = repository.toml(own) if own else table(tools, "ruff")
    length = ruff.get("line-length") or table(tools, "black").get("line-length") or _flake8(repository)
    if isinstance(length, int) and 40 <= length <= 400:
        yield f"Lines have at most {length} characters."
    quotes = text(table(ruff, "format").get("quote-style"))
    if quotes in ("single", "double"):
        yield f"Strings have {quotes} quotes."
    elif "black" in tools and not table(tools, "black").get("skip-string-normalization"):
        yield "Strings have double quotes."
    convention = text(table(ruff, "lint", "pydocstyle").get("convention")) or text(
        table(ruff, "pydocstyle").get("convention")
    )
    if convention in ("google", "numpy", "pep257"):
        yield f"Docstrings follow the convention {convention}."
    if (python := text(table(pyproject, "project").get("requires-python"))) and len(python) <= 40:
        yield f"The code must run on Python {python}."
    if _typed(tools, repository):
        yield "Every function has type annotations; mypy checks them."


def _flake8(repository: Repository) -> int:
    for path in (".flake8", "setup.cfg", "tox.ini"):
        for section in ("flake8", "pycodestyle"):
            words = repository.ini(path).get(section, {}).get("max-line-length", "").strip()
            if words.isascii() and words.isdigit() and len(words) < 4:
                return int(words)
    return 0


def _typed(tools: Table, repository: Repository) -> bool:
    mypy = table(tools, "mypy")
    told = next(
        (
            repository.ini(path).get("mypy", {})
            for path in ("mypy.ini", ".mypy.ini", "setup.cfg")
            if path in repository.files
        ),
        {},
    )
    strict = ("strict", "disallow_untyped_defs")
    return any(mypy.get(key) is True or str(told.get(key, "")).strip().lower() == "true" for key in strict)


def _rules(guide: str) -> Iterator[str]:
    """The rules of a guide that are about the looks of code, in order."""
    for heading, rule in _paragraphs(guide):
        if not OTHER.search(rule) and (RULES.search(rule) or HEADINGS.search(heading)):
            yield rule


def _paragraphs(guide: str) -> Iterator[tuple[str, str]]:
    """Bullets and paragraphs with the heading above them; code is left out."""
    heading, rule, fenced = "", list[str](), False
    for line in [*guide.split("\n"), ""]:
        words = line.strip()
        found = HEADING.fullmatch(words)
        bullet = BULLET.fullmatch(line)
        underlined = bool(UNDERLINE.fullmatch(words)) and len(rule) == 1
        if words.startswith(("```", "~~~")):
            fenced = not fenced
        if (not words or found or bullet or words.startswith(("```", "~~~"))) and rule:
            yield heading, " ".join(" ".join(rule).split())
            rule = []
        if underlined:
            heading, rule = rule[0], []
        elif found:
            heading = found[1]
        elif not fenced and words and not words.startswith(("```", "~~~", "|", "<", ">")):
            rule.append(bullet[1].strip() if bullet else words)
