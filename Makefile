# make demo   install the locked versions into .venv and rehearse an etcd manifest
# make test   the same, then the tests
# make lint   floors, style, types
# make bench  print every figure that the README quotes

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint bench install lock

demo: install
	$(BIN)/quorate rehearse examples/etcd.yaml

test: install
	$(BIN)/pytest -n 2

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: install
	$(BIN)/python -m bench

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	$(BIN)/python -m compileall -q src # an editable install compiles nothing, and some environments keep no bytecode
	touch $@

# Resolve anew: the newest versions that pyproject.toml allows.
lock:
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet --disable-pip-version-check -e '.[dev]'
	.venv-lock/bin/pip freeze --exclude-editable > requirements.lock
	rm -rf .venv-lock
