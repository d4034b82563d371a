"""Run the demo: label, watch, read the pull request, ask for a change, watch again."""

import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.markdown import Markdown
from rich.panel import Panel
from rich.text import Text

from bot import settings
from bot.composition import open_workshop
from bot.demo.stage import Stage
from bot.errors import ConfigurationError
from bot.standins.github.issues import Issue
from bot.standins.replayed_model import MODEL, ReplayedModel, read_script
from bot.words.budget import Budget

REQUEST = "Please accept days as well: `2d` is 172800, `1d12h` is 129600."
_DATA = resources.files("bot.demo")


def demo(environment: Mapping[str, str], out: Path | None) -> int:
    """Show the main job on this machine.

    Args:
        environment: the operator's settings; a configured model that answers is used.
        out: folder for what was posted, or None.

    Returns:
        0 when the pull request was opened and refined, 1 otherwise.
    """
    console = Console()
    with (
        _model(environment, console) as chosen,
        open_workshop(chosen, lambda line: console.print(Text(line))) as workshop,
    ):
        budget = settings.budget(chosen)
        with Stage(workshop, budget) as stage:
            return _Show(stage, console, budget, out).play()


@contextmanager
def _model(environment: Mapping[str, str], console: Console) -> Iterator[dict[str, str]]:
    """The settings with a model that answers: the operator's, else the replayed one."""
    if answers(environment):
        console.print(Text(f"Model: {settings.model_settings(environment).name}, as configured."))
        yield dict(environment)
        return
    console.print(
        Text(
            "No model is configured here, so a replayed one answers: its words were written for this demo. "
            "Everything else is real: server, database, containers, pytest."
        )
    )
    with ReplayedModel(read_script(_DATA / "replies")) as replayed:
        kept = {name: value for name, value in environment.items() if not name.startswith("INTERN_MODEL")}
        yield {**kept, "INTERN_MODEL": f"ollama_chat/{MODEL}", "OLLAMA_BASE_URL": replayed.url}


def answers(environment: Mapping[str, str]) -> bool:
    """Whether a model was configured on purpose; an Ollama must also answer."""
    if not environment.get("INTERN_MODEL") and not environment.get("OLLAMA_BASE_URL"):
        return False
    chosen = settings.model_settings(environment)
    if not chosen.name.startswith("ollama"):
        return True
    try:
        with urllib.request.urlopen(f"{chosen.url}/api/version", timeout=3):  # noqa: S310  (settings let only http(s) in)
            return True
    except (urllib.error.URLError, OSError) as error:
        raise ConfigurationError(
            f"No Ollama answers at {chosen.url}: {error}. Start it, or unset INTERN_MODEL and OLLAMA_BASE_URL."
        ) from error


class _Show:
    """One performance."""

    def __init__(self, stage: Stage, console: Console, budget: Budget, out: Path | None) -> None:
        self._stage, self._console, self._out = stage, console, out
        self._seconds = budget.minutes * 60 + 60
        self._alice = stage.github.user("alice")
        self._repository = stage.github.repository("alice/tempo", dict(sample_files()))

    def play(self) -> int:
        title, body = sample_issue()
        issue = self._repository.issue(title, body, by=self._alice)
        self._tell(f"alice puts the label `intern` on issue #{issue.number}", Markdown(f"**{title}**\n\n{body}"))
        self._stage.world.run(self._alice.labels(issue, "intern"))
        self._watch(issue, f"status comment on issue #{issue.number}")
        pull = next(iter(self._repository.pulls), None)
        if pull is None:
            return self._end(False)
        self._tell(f"draft pull request #{pull.number}: {pull.title}", Markdown(pull.body or ""))
        first = pull.head_sha
        self._tell(f"alice comments on #{pull.number}", Markdown(f"/intern refine {REQUEST}"))
        self._stage.world.run(self._alice.comments(pull, f"/intern refine {REQUEST}"))
        self._watch(pull, f"status comment on pull request #{pull.number}")
        self._commits(pull.head)
        return self._end(pull.head_sha != first)

    def _watch(self, issue: Issue, title: str) -> None:
        """Show the bot's own newest comment as it is edited, until the job has ended."""
        with Live(console=self._console, refresh_per_second=4, transient=True) as live:

            def look() -> None:
                live.update(Panel(Markdown(self._comment(issue)), title=title, border_style="yellow"))

            ended = self._stage.wait(self._seconds, look)
        self._tell(title, Markdown(self._comment(issue)))
        if not ended:
            self._console.print(Text("The job did not end in time.", "red"))

    def _comment(self, issue: Issue) -> str:
        said = [comment.body for comment in issue.comments if comment.by.login.endswith("[bot]")]
        return said[-1].rpartition("<!--")[0] if said else "…"

    def _commits(self, branch: str) -> None:
        log = self._repository.log(branch)
        verified = self._repository.verified
        lines = [f"{c.sha[:7]} {'Verified ' if c.sha in verified else ''}{c.message.splitlines()[0]}" for c in log]
        self._tell(f"commits on {branch}", Text("\n".join(lines)))

    def _tell(self, title: str, content: Markdown | Text) -> None:
        self._console.print(Panel(content, title=title, title_align="left"))

    def _end(self, good: bool) -> int:
        violations = self._stage.github.violations
        for violation in violations:
            self._console.print(Text(f"Not as GitHub describes it: {violation}", "red"))
        if self._out is not None:
            self._save(self._out)
        word = "The pull request was opened and refined." if good else "No pull request, or no refinement."
        self._console.print(Text(word, "bold green" if good else "bold red"))
        return 0 if good and not violations else 1

    def _save(self, folder: Path) -> None:
        """Everything the bot posted, one file each."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, issue in self._repository.issues.items():
            for index, comment in enumerate(issue.comments, 1):
                (folder / f"{number}-comment-{index}.md").write_text(comment.body, encoding="utf-8")
        for pull in self._repository.pulls:
            text = f"# {pull.title}\n\n{pull.body or ''}"
            (folder / f"{pull.number}-pull-request.md").write_text(text, encoding="utf-8")


def sample_issue() -> tuple[str, str]:
    """Title and text of the demo's issue."""
    text = (_DATA / "issue.md").read_text(encoding="utf-8")
    title, _, body = text.partition("\n")
    return title.lstrip("# "), body.strip()


def sample_files(folder: Traversable | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Path and text of every file of the demo's repository."""
    for entry in (folder or _DATA / "repository").iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from sample_files(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry.read_text(encoding="utf-8")
