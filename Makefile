# `make run` and `make test` need python3, make and git on Debian or Ubuntu, and fetch the rest themselves.
SHELL := /bin/bash
BIN := .venv/bin
# One more than the cores that the build has: a third of what tests take, they wait.
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder
# Each process of a test would compile the whole product again where the surroundings forbid to keep that.
unexport PYTHONDONTWRITEBYTECODE
DEFAULT_DATABASE := sqlite:///$(CURDIR)/var/survey.db

.DEFAULT_GOAL := help
.PHONY: help setup setup-test setup-bench run lint check test proofs words bench bench-against

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv and install what is missing; nothing to do the second time
	@scripts/setup run

setup-test:
	@scripts/setup test

setup-bench:
	@scripts/setup bench

run: setup ## Serve on http://127.0.0.1:8000 with demo data and a printed sign-in link
	@mkdir -p var
	@[ -n "$${SURVEY_DATABASE_URL:-}$${SURVEY_DATABASE_URL_FILE:-}" ] || \
	  export SURVEY_DATABASE_URL='$(DEFAULT_DATABASE)'; exec $(BIN)/survey-service run

lint: setup-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint ## Style, types, import rules and the fast tests: before every commit
	$(PYTEST) -m "not browser and not slow"

test: lint ## Everything: both databases, a real browser, killed processes
	$(PYTEST)

proofs: setup-test ## The long form of a suite, alone on the machine, with its figures: make proofs PART=faults
	PROOFS=1 $(BIN)/python -m pytest tests/$(PART)

words: setup-test ## Bring what is to be translated up to the code: make words, or make words NEW=fr for one more
	$(BIN)/python -m survey_service.core.i18n.extraction $(NEW)

bench: setup-bench ## Measure submissions per second, pages and page weights
	$(BIN)/python -m benchmarks

bench-against: setup-bench ## Measure this tree beside an earlier one: make bench-against BASE=commit
	$(BIN)/python -m benchmarks.against $(BASE)
