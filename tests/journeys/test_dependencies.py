"""A repository that needs a package for its tests names it in its settings."""

import pytest

from bot.demo.run import sample_files
from tests.journeys.conftest import DayMaker

pytestmark = pytest.mark.docker


def test_packages_of_the_settings_are_installed_and_the_tests_run_without_a_network(day: DayMaker) -> None:
    settings = "environment:\n  requirements: [requirements.txt]\n  packages: [six]\n"
    also = "import six\nimport sortedcontainers\n\n\ndef test_both():\n    assert six and sortedcontainers\n"
    files = {
        **dict(sample_files()),
        ".github/intern.yml": settings,
        "requirements.txt": "sortedcontainers>=2\n",
        "tests/test_needs.py": also,
    }
    today = day()
    today.given(files)
    today.labels(today.issue())
    today.passes()
    (pull,) = today.pulls
    assert "all 11 passed before the change and after it" in pull.body


def test_a_package_that_does_not_exist_ends_the_job_early_in_pips_words(day: DayMaker) -> None:
    files = {
        **dict(sample_files()),
        ".github/intern.yml": "environment: {packages: [this-does-not-exist-anywhere-x]}\n",
    }
    today = day()
    today.given(files)
    issue = today.issue()
    today.labels(issue)
    today.passes()
    assert today.pulls == []
    assert "this-does-not-exist-anywhere-x" in today.told(issue).replace("\u200b", "")
    assert today.model.requests == []


def test_a_python_that_can_not_be_had_ends_the_job_early(day: DayMaker) -> None:
    today = day()
    today.given({**dict(sample_files()), ".github/intern.yml": 'environment: {python: "3.99"}\n'})
    issue = today.issue()
    today.labels(issue)
    today.passes()
    assert "no Python that fits" in today.told(issue)
    assert "3.99" in today.told(issue)
    assert today.pulls == []
