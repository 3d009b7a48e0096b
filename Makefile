# The commands of the project; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# PYTHON=/path/to/python3.12 make run  takes another one; 3.11 or newer.
PYTHON ?= $(firstword $(foreach name,python3.11 python3,$(shell command -v $(name) 2>/dev/null)))
# JOBS=0 make test  runs the tests in one process; ARGS="-k name" picks some.
JOBS ?= auto
PIP := $(BIN)/python -m pip --disable-pip-version-check
EDITABLE := $(PIP) install -q --no-deps --no-build-isolation --editable .
COMPILE := $(BIN)/uv pip compile -q --no-header --generate-hashes --python-version 3.11 $(if $(UPGRADE),--upgrade)

# Whatever the environment says, compiled code is kept: processes start a sixth faster.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install run dev servers test check cover bench model fmt lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/run.stamp ## Make .venv with the locked dependencies and the beyazmasa command
	@echo "Ready: $(BIN)/beyazmasa"

run: $(VENV)/run.stamp ## Start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/beyazmasa up

dev: $(VENV)/dev.stamp

servers: ## Install the system packages the tests need, or name them
	@scripts/test-servers

test: dev servers ## Run all tests
	@exec $(BIN)/pytest -n $(JOBS) $(ARGS)

check: dev servers ## Format, lint, types, import contracts, units and rules, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports
	@$(BIN)/beyazmasa taxonomy check
	@exec $(BIN)/pytest -n $(JOBS) $(ARGS)

cover: dev servers ## Measure what the channels' own tests reach of them, and fail below 95 %
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -n $(JOBS) -k "not nasty_markup" tests/connectors tests/conformance $(ARGS)
	@$(BIN)/coverage combine -q
	@exec $(BIN)/coverage report

bench: dev ## Measure the speed of the whole and of its parts (QUICK=1 takes under a minute)
	@QUICK=$(QUICK) exec $(BIN)/python -m bench

model: dev ## Train the shipped models anew from the examples and the taxonomy
	@exec $(BIN)/python -m pipeline.shipping

fmt: dev ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: dev ## Write the lock files anew from pyproject.toml (UPGRADE=1 takes the newest versions)
	@$(PIP) install -q uv
	@$(COMPILE) --extra build --output-file requirements/run.txt pyproject.toml
	@$(COMPILE) --extra build --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt pyproject.toml

clean: ## Remove .venv and caches; var/, which holds the data, stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@scripts/make-venv "$(PYTHON)" $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies into $(VENV) ..."
	@$(PIP) install --require-hashes --requirement requirements/run.txt
	@$(EDITABLE)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies and the tools into $(VENV) ..."
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@$(EDITABLE)
	@touch $(VENV)/run.stamp $@
