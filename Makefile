# The README's two commands are `make demo` and `make test`; each does all its own set-up.
.DEFAULT_GOAL := help
BIN := $(or $(VENV),.venv)/bin

help: ## What can be made here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: setup ## Run the whole platform with a simulated business in it
	$(BIN)/dangol demo

test: ## Every check and test; installs what only tests need where it may
	sh scripts/test.sh

check: dev ## Format, lint, types, layers and the quick tests, under a minute
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest tests/architecture tests/docs

format: dev ## Let ruff lay out and mend what it can
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --fix --quiet .

bench: ## Benchmarks: ratios against a peer or a limit, in one run (a quarter of an hour, 2 GB of disk)
	sh scripts/setup.sh requirements-bench.lock
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.foresight

docs: dev ## Write the generated reference and the pictures of the README anew
	$(BIN)/python scripts/docs.py

lock: dev ## Resolve the three locks anew
	sh scripts/lock.sh

setup:
	@sh scripts/setup.sh requirements.lock
dev:
	@sh scripts/setup.sh requirements-dev.lock

.PHONY: help demo test check format bench docs lock setup dev
