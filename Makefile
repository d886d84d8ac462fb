# make run    set up and start a house         make run ARGS="--port 6000 --state /tmp/house"
# make test   set up and pass every test, as .ci/run does
# Further: make unit, lint, format, schema, bench, clean.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=
BIN := $(VENV)/bin

.PHONY: run test unit lint format schema bench clean

run: $(VENV)/.ready
	@$(BIN)/twistd -n chatroom $(ARGS)

test:
	@VENV=$(VENV) PYTHON=$(PYTHON) .ci/run

unit: $(VENV)/.ready-to-test
	@$(BIN)/python -m pytest -m "not e2e" -n 2 $(ARGS)

lint: $(VENV)/.ready-to-test
	@VENV=$(VENV) .ci/lint

format: $(VENV)/.ready-to-test
	@$(BIN)/ruff check --fix --quiet . && $(BIN)/ruff format .

schema: $(VENV)/.ready
	@$(BIN)/python -c "from chatroom.config import json_schema; print(json_schema(), end='')" > docs/config.schema.json
	@$(BIN)/python -c "from chatroom.relay.config import SCHEME; print(SCHEME.json_schema(), end='')" > docs/relay.schema.json

bench: $(VENV)/.ready
	@$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache _trial_temp .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "chatroom needs Python 3.11 or newer; say which with PYTHON=python3.11")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "This Python cannot make environments. On Debian: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# What is installed depends on setup.cfg alone: the code itself is run from where it stands.
$(VENV)/.ready: setup.cfg pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.ready-to-test: setup.cfg pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.ready
