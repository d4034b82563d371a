"""The words of `intern optimize`. Imports nothing that takes time: every command's help is made from it."""

import argparse
from pathlib import Path

#: What can be compiled: the programs that write code, the one that writes tests, and the one that plans.
PROGRAMS = ("code", "tests", "plan")
EXAMPLE = "intern optimize --repo ~/code/tally --last 30 --optimizer gepa --calls 500"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add them to the command's parser."""
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tasks", type=Path, metavar="DIR", help="a folder of tasks, such as bench/tasks")
    where.add_argument("--repo", metavar="DIR", help="a repository's own fixes that changed code and tests")
    parser.add_argument("--last", type=int, default=20, metavar="N", help="how many of the newest fixes (default: 20)")
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="exercises with a word in their name")
    parser.add_argument(
        "--outcomes",
        action="store_true",
        help="of --repo, only the fixes of which `intern serve` saw what people made of its pull requests",
    )
    parser.add_argument("--trial", type=Path, metavar="DIR", help="take the plans of this trial of the same exercises")
    parser.add_argument(
        "--program",
        nargs="+",
        choices=PROGRAMS,
        default=[],
        metavar="NAME",
        help=f"which programs: {', '.join(PROGRAMS)} (default: all that there are enough exercises for)",
    )
    parser.add_argument(
        "--optimizer",
        choices=("bootstrap", "gepa"),
        default="bootstrap",
        help="bootstrap finds examples (default), gepa finds instructions",
    )
    parser.add_argument("--calls", type=int, default=1000, metavar="N", help="model calls of this run (default: 1000)")
    parser.add_argument("--minutes", type=int, default=480, metavar="N", help="of this run (default: 480)")
    parser.add_argument("--money", type=float, default=5.0, metavar="USD", help="of this run (default: 5.00)")
    parser.add_argument(
        "--times", type=int, default=1, metavar="N", help="how often to score each held-out exercise (default: 1)"
    )
