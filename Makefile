# The commands of this project. `make help` lists them.
SHELL := /bin/sh
PORT ?= 8000
HOST ?= 127.0.0.1
BIN := .venv/bin
# What the environment is made with; `make run PYTHON=python3.13` takes another.
PYTHON = $(shell requirements/python)
# Tests wait for a browser, a database or a server at times: one process more than there are cores
# keeps these busy. Each further one costs half a minute of work before its first test.
JOBS ?= $(shell expr $$(nproc) + 1)

# Modules are compiled once, not at each start, whatever the surroundings say.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test lint types bench bench-scale screenshots clean

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: .venv/ready ## Set up what is missing and serve on http://$(HOST):$(PORT)
	@LMS_PORT=$(PORT) exec $(BIN)/lms start --host $(HOST)

test: .venv/ready-test ## Check style, types, layers; run all tests on both databases
	$(BIN)/pytest -n $(JOBS) --dist worksteal

lint: .venv/ready-test ## Mend style where that is possible
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/ready-test ## Print the figures of this machine
	$(BIN)/python -m tests.bench $(BENCH)

bench-scale: .venv/ready-test ## Build a whole network's data; print lists and nightly rules
	$(BIN)/python -m tests.bench.scale $(BENCH)

screenshots: .venv/ready-test ## Make the README's pictures anew
	$(BIN)/python -m tests.screenshots

clean: ## Remove the environment and caches (never var/)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# The environment is made from the lock file and made anew when that changes. The lock is complete,
# so pip resolves nothing (--no-deps): a newer release on the index cannot change what is installed.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
.venv/ready: requirements/base.txt requirements/system-packages pyproject.toml
	@PYTHON=$(PYTHON) requirements/system-packages run
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked Python packages (once) …"
	@$(PIP) --require-hashes -r requirements/base.txt
	@$(PIP) --no-build-isolation --editable .
	@touch $@

# Who runs the service needn't be able to write its code: the translations are compiled with it.
.venv/translated: .venv/ready $(wildcard lms/translations/*/LC_MESSAGES/*.po)
	@$(BIN)/python -c "from lms.web.i18n import compile_catalogues; compile_catalogues()"
	@touch $@

.venv/ready-test: .venv/ready requirements/dev.txt
	@requirements/system-packages test
	@$(PIP) --no-compile --require-hashes -r requirements/dev.txt
	@command -v chromium-headless-shell >/dev/null || test -x /usr/bin/chromium \
		|| $(BIN)/playwright install --with-deps --only-shell chromium
	@touch $@
