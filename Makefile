# Every target does its own set-up. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
STATIC := $(shell find static -type f)
CATALOGS := $(wildcard translations/*/LC_MESSAGES/messages.po)

.PHONY: help run test test-all check soak bench setup setup-dev format messages lock

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: setup ## Set up, then start the app and its sandbox city on 127.0.0.1:5000
	@$(BIN)/python -m scf_report.sandbox seed --issues 300 --database $${SCF_DATA_DIR:-var}/sandbox.sqlite --places build/demo
	@$(BIN)/python app.py

# Two processes, one for each core of the smallest machine; a module's tests stay together.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadscope

test: check ## Lint, types, import rules, and the tests that need no service (8 minutes at most)
	@$(PYTEST) -m "not service and not full"

test-all: setup-dev ## The rest: services, long forms of checks, coverage, and the app on PostgreSQL and Redis
	@$(PYTEST) -m "service or full"
	@SCF_TEST_BACKEND=postgres $(PYTEST) -m "not full" tests/functional
	@SCF_TEST_BACKEND=postgres+redis $(PYTEST) -m "not full" tests/functional tests/unit/usecases tests/faults/test_w*.py
	@$(BIN)/coverage erase
	@SCF_TEST_BACKEND=sqlite $(BIN)/coverage run -m pytest -q -m "not service and not full" tests/unit tests/functional tests/contract
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report

check: setup-dev ## Lint, types and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

setup: .venv/.run node_modules/.ready build/demo/.ready build/static/.ready build/messages.ready ## Only set up what running needs
setup-dev: setup .venv/.dev ## Only set up what testing needs

# Tools that must be there already, each named when it is not.
build/.tools:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=… names another one)." >&2; exit 1; }
	@command -v node >/dev/null && node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || { echo "Node 20.19 or newer is needed." >&2; exit 1; }
	@command -v npm >/dev/null || { echo "npm is needed." >&2; exit 1; }
	@mkdir -p build && touch $@

.venv/bin/uv: .ci/uv.txt | build/.tools
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/uv.txt
	@touch $@

# The development set holds the run set, so that neither target undoes the other.
.venv/.run: requirements.txt .venv/bin/uv
	@echo "Installing Python packages…"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@touch $@

node_modules/.ready: package-lock.json | build/.tools
	@echo "Installing npm packages…"
	@npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

build/demo/.ready: $(wildcard scf_report/demo/*.py) node_modules/.ready .venv/.run
	@echo "Building the demo's map data…"
	@$(BIN)/python -m scf_report.demo --out build/demo
	@touch $@

build/static/.ready: $(STATIC) .venv/.run .ci/compress
	@$(BIN)/python .ci/compress
	@touch $@

build/messages.ready: $(CATALOGS) .venv/.run
	@$(if $(CATALOGS),$(BIN)/pybabel --quiet compile --directory translations,true)
	@mkdir -p build && touch $@

soak: setup-dev ## Many reports while everything is killed, over Open311 and as people who signed in (12 minutes)
	@$(BIN)/python -m tests.faults.soak

bench: setup-dev ## Measure speed and upstream calls against their floors (10 minutes, on a machine that does nothing else)
	@$(BIN)/python -m tests.bench

format: setup-dev ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

messages: setup-dev ## Gather the strings for translation and bring the catalogs up to date
	@$(BIN)/pybabel --quiet extract --mapping-file .ci/babel.cfg --keyword _l --no-wrap --sort-by-file --omit-header --output-file build/messages.pot .
	@$(BIN)/pybabel --quiet update --input-file build/messages.pot --output-dir translations --no-wrap --ignore-pot-creation-date --no-fuzzy-matching

lock: setup-dev ## Lock the Python packages anew
	@$(BIN)/uv pip compile --quiet --no-header --generate-hashes --universal --python-version 3.11 pyproject.toml --output-file requirements.txt
	@$(BIN)/uv pip compile --quiet --no-header --generate-hashes --universal --python-version 3.11 pyproject.toml --extra dev --constraint requirements.txt --output-file requirements-dev.txt
	@grep -A 40 '^uv==' requirements-dev.txt | awk '/^[a-z]/ && NR > 1 {exit} !/# via/' > .ci/uv.txt
