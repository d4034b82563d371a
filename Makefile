# Two commands do everything: `make demo` shows the main job, `make test` runs every check and test.
VENV := .venv
PYTHON := $(VENV)/bin/python
SETUP := $(VENV)/.installed

.PHONY: demo test dishonest redteam disasters check bench setup engine lock clean

demo: setup engine ## the whole story on this machine, no account needed
	$(PYTHON) -m bot demo $(ARGS)

test: setup engine check ## lint, types, import contracts, then every test
	$(PYTHON) -m pytest -q -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)
	$(PYTHON) -m pytest -q -n 2 --dist worksteal -m alone tests/redteam tests/sandbox/bubblewrap/test_life.py

dishonest: setup engine ## every dishonest patch before the judge, in real rooms; tells how many were caught
	$(PYTHON) -m pytest -q -n 2 -m "" tests/dishonest $(ARGS)

redteam: setup engine ## every attack on the sandbox, on each driver that is there; tells how many were held
	$(PYTHON) -m pytest -q -n 2 --dist worksteal -m alone tests/redteam $(ARGS)

disasters: setup ## databases and networks that fail for minutes, before real servers
	$(PYTHON) -m pytest -q -m long tests/machines $(ARGS)

check: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: setup engine ## where the demo job's time goes, and what the sandbox costs
	$(PYTHON) -m bench $(ARGS)

setup: $(SETUP)

$(SETUP): requirements-dev.lock scripts/setup pyproject.toml
	scripts/setup $(VENV)
	touch $(SETUP)

engine:
	scripts/engine

lock: ## after a change of the dependencies in pyproject.toml
	scripts/lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
