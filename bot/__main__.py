"""The `intern` command line: the only place that reads the environment and puts the parts together."""

import argparse
import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from bot import settings
from bot.dotenv_file import foreign_folders, read_environment
from bot.errors import ConfigurationError, InternError
from bot.github_settings import github_settings
from bot.optimize import arguments as optimize_arguments
from bot.words.role import Role

if TYPE_CHECKING:
    from bot.programs.model import Model

_EXAMPLES = """\
examples:
  intern demo                                   the whole story on this machine, no account needed
  intern solve --repo . --issue issue.md        a proven patch for a local directory, in ../intern-out
  intern doctor                                 what is missing here, and what to do about it
  intern trial --repo . --last 20               what your model makes of your own history's fixes
  intern replay ../intern-out                   a finished job once more, from its trajectory, without a model
  intern optimize --repo . --last 30            better instructions or examples for your model, if they prove better
  intern serve                                  the webhook server (APP_ID, PRIVATE_KEY_PATH, WEBHOOK_SECRET)
  intern action                                 one request inside of a GitHub Action

exit codes: 0 done or proven, 1 not proven, 2 wrong usage or configuration
"""


class _Parser(argparse.ArgumentParser):
    """Wrong usage is said in one line, with exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help.\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        environment = read_environment(foreign_folders(arguments))
        _log(settings.log_level(environment))
        command: Callable[[argparse.Namespace, Mapping[str, str]], int] = arguments.run
        return command(arguments, environment)
    except ConfigurationError as error:
        _say(f"intern: {' '.join(str(error).split())}")
        return 2
    except InternError as error:
        _say(f"intern: {' '.join(str(error).split())}")
        return 1
    except OSError as error:  # a folder that is nobody's to read, a name that is too long, a disk that is full
        logging.getLogger(__name__).debug("where it happened", exc_info=True)
        _say(f"intern: {_what(error)}.")
        return 2
    except KeyboardInterrupt:
        _say("intern: stopped.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="intern",
        description="A labelled issue becomes a draft pull request that carries its own proof.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_solve(commands)
    _add_trial(commands)
    _add_replay(commands)
    what = "compile the programs for your model, and keep them if they do better where they did not learn"
    optimize_arguments.add_arguments(_add(commands, "optimize", _optimize, what, optimize_arguments.EXAMPLE))
    serve = _add(commands, "serve", _serve, "receive webhooks and fulfil jobs", "PORT=8000 intern serve")
    what = "web receives, worker fulfils, and they share a PostgreSQL; all does both (default)"
    serve.add_argument("--role", choices=[role.value for role in Role], default=Role.ALL.value, help=what)
    _add(commands, "action", _action, "one request inside of a GitHub Action", "intern action")
    demo = _add(commands, "demo", _demo, "the whole story on this machine", "intern demo")
    demo.add_argument("--out", type=Path, metavar="DIR", help="also write what was posted into this folder")
    doctor = _add(commands, "doctor", _doctor, "check engine, image, model and credentials", "intern doctor --quick")
    how = doctor.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true", help="do not measure what the model can do")
    how.add_argument("--measure", action="store_true", help="measure a hosted model, too: about twenty calls")
    return parser


def _add(
    commands: "argparse._SubParsersAction[_Parser]",
    name: str,
    run: Callable[[argparse.Namespace, Mapping[str, str]], int],
    what: str,
    example: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=what,
        description=what[0].upper() + what[1:] + ".",
        epilog=f"example:\n  {example}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def _add_solve(commands: "argparse._SubParsersAction[_Parser]") -> None:
    example = "intern solve --repo ~/code/tally --issue bug.md --out /tmp/tally-fix"
    parser = _add(commands, "solve", _solve, "a proven patch for a local directory", example)
    parser.add_argument("--repo", type=Path, required=True, metavar="DIR", help="the directory; only ever read")
    parser.add_argument(
        "--issue",
        type=Path,
        required=True,
        metavar="FILE.md",
        help="first line: the title; the rest: the text",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="results (default: intern-out beside the repository)")


def _add_trial(commands: "argparse._SubParsersAction[_Parser]") -> None:
    example = "intern trial --repo ~/code/tally --last 20 --out /tmp/tally-trial"
    parser = _add(commands, "trial", _trial, "issues whose right answer is known, scored by hidden tests", example)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tasks", type=Path, metavar="DIR", help="a folder of tasks, such as bench/tasks")
    where.add_argument("--repo", metavar="DIR|OWNER/NAME", help="a repository's own fixes that changed code and tests")
    parser.add_argument("--last", type=int, default=10, metavar="N", help="how many of the newest fixes (default: 10)")
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="exercises with a word in their name")
    parser.add_argument("--out", type=Path, metavar="DIR", help="results, kept and added to (default: intern-trial)")


def _add_replay(commands: "argparse._SubParsersAction[_Parser]") -> None:
    example = "intern replay /tmp/tally-fix"
    parser = _add(commands, "replay", _replay, "a finished job once more, without a model", example)
    parser.add_argument("job", type=Path, metavar="JOB", help="the folder that `intern solve` or `intern trial` wrote")
    parser.add_argument(
        "--repo", type=Path, metavar="DIR", help="where its files are now, if no longer where they were"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="results of the replay (default: JOB/replay)")


def _solve(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from bot.solve.request import read_request

    request, budget = read_request(arguments.repo, arguments.issue, arguments.out), settings.budget(environment)
    settings.model_settings(environment)  # what is wrong is said before seconds are spent on loading
    from bot.composition import open_workshop
    from bot.solve.run import solve
    from bot.terminal import Terminal

    _quiet()
    with Terminal() as terminal, open_workshop(environment, terminal.say) as workshop:
        return solve(request, workshop, budget, terminal)


def _trial(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from bot.trial.choice import folder_for, open_collection
    from bot.trial.records import Records

    budget, models = settings.budget(environment), settings.model_names(environment)
    out = folder_for(arguments.out, arguments.repo)
    with (
        open_collection(arguments.tasks, arguments.repo, arguments.last, arguments.only, environment) as collection,
        Records(out, models) as records,
    ):
        from bot.composition import open_workshop
        from bot.trial.command import trial

        _quiet()
        with open_workshop(environment, _say) as workshop:
            return trial(collection, workshop, budget, records)


def _optimize(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from bot.optimize.request import read_request
    from bot.trial.choice import open_collection

    request = read_request(arguments, environment)
    settings.model_settings(environment)  # what is wrong is said before seconds are spent on loading
    with open_collection(arguments.tasks, arguments.repo, arguments.last, arguments.only, environment) as collection:
        from bot.composition import open_workshop, reviewed_of
        from bot.optimize.progress import OptimizeProgress
        from bot.optimize.run import optimize

        _quiet()
        chosen = reviewed_of(environment, collection) if arguments.outcomes else collection
        with open_workshop(environment, _say) as workshop:
            return optimize(request, chosen, workshop, OptimizeProgress())


def _replay(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from bot.replay.recorded_model import RecordedModel
    from bot.replay.recording import read_recording
    from bot.replay.run import folder_for, read_again, replay

    recording = read_recording(arguments.job)
    out = folder_for(arguments.job, arguments.out, recording, arguments.repo)
    files, model = read_again(recording, arguments.repo), recording.job.model
    from bot.composition import open_workshop

    _quiet()
    with RecordedModel(recording.calls, model.window, counted=model.local) as recorded:
        others = {name: value for name, value in environment.items() if not name.startswith("INTERN_MODEL")}
        replayed = {**others, "INTERN_MODEL": "ollama_chat/replayed", "OLLAMA_BASE_URL": recorded.url}
        with open_workshop(replayed, _say) as workshop:
            return replay(recording, files, out, recorded, workshop, _say)


def _serve(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    role = Role(arguments.role)
    server = settings.server_settings(environment, role)
    from bot.server.run import ANEW, serve

    if role is Role.WEB:
        from bot.server.web import Web
        from bot.store.database import Database

        with Database(server.database_url) as database:
            return serve(Web(database), server)
    github_settings(environment)  # what is wrong is said before seconds are spent on loading
    settings.model_settings(environment)
    from bot.server.signals import hold_back, leave_at_once

    leave_at_once()
    from bot.composition import open_service

    asked = threading.Event()
    with open_service(environment, server) as service:
        code = serve(service, server, asked)
    logging.shutdown()
    if code == ANEW:
        hold_back()
        if not asked.is_set():  # while the rooms were closed
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  (our own command line)
    # A model call that is still under way would keep its thread, and so the process, alive.
    os._exit(0 if asked.is_set() else code)


def _action(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:  # noqa: ARG001  (one shape)
    from bot.action import act, read_request
    from bot.composition import open_token_counter, open_workshop
    from bot.runner import commands_stopped, write_summary

    with commands_stopped():
        request, budget = read_request(environment), settings.budget(environment)
        with open_token_counter(environment, request) as counter:
            code, said = act(request, counter, lambda: open_workshop(environment, _say), budget)
        write_summary(environment, said)
    return code


def _demo(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from bot.demo.run import demo

    _quiet()
    return demo(environment, arguments.out)


def _doctor(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from bot.doctor import examine

    _quiet()
    return examine(environment, _made_model, measure=arguments.measure or (False if arguments.quick else None))


def _made_model(environment: Mapping[str, str]) -> "Model":
    from bot.composition import make_model

    return make_model(environment)


def _what(error: OSError) -> str:
    """What can't be used, and why; what it is only where the system says so."""
    why = error.strerror or str(error) or type(error).__name__
    return f"{error.filename} can't be used: {why}" if error.filename else why


class _Lines(logging.Formatter):
    """A record's further lines are marked: none can be taken for a record, or a runner's command, of its own."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n    | ".join(super().format(record).splitlines())


def _log(level: str) -> None:
    writer = logging.StreamHandler()
    writer.setFormatter(_Lines("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[writer])


def _quiet() -> None:
    logging.getLogger().setLevel(logging.ERROR)


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201  (the command line speaks here)


if __name__ == "__main__":
    sys.exit(main())
