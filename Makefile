# Beachhead's jobs. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

venv := .venv/bin
shell_files := $(filter-out bin/lib,$(wildcard bin/*)) install.sh tests/install-heavy-peers bench/run \
  dotfiles/bashrc $(wildcard docs/*.sh bin/lib/cloud-*.sh install/*.sh dotfiles/shell/*.sh dotfiles/shell/*.bash)

formatted := bin bench/run install.sh install docs tests/bats/*.bash \
  dotfiles/bashrc dotfiles/shell/*.sh dotfiles/shell/*.bash

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS=$$'\t' read -r name text; do \
	  printf '  make %-12s %s\n' "$$name" "$$text"; done

install: ## Install everything: Python, .venv, dotfiles
	./install.sh

demo: ## Install into .venv and run a demo on real data; dotfiles stay untouched
	@./install.sh --no-dotfiles
	@docs/demo.sh

# Files run in parallel, each in one process: its tests share a service or a trained model.
parallel := -n auto --dist loadfile --no-loadscope-reorder --max-worker-restart 0 --durations 10 --durations-min 5
pytest = mkdir -p build/tmp build/home; HOME="$$PWD/build/home" TMPDIR="$$PWD/build/tmp" \
  $(venv)/pytest --basetemp=build/tmp/pytest

test: dev build/peers/installed ## Install what the tests need and run them all: bats and pytest
	@$(pytest) $(parallel)

test-peers: dev build/peers/installed build/heavy-peers/installed ## Run the tests that need heavy packages or the cloud vendors' CLIs
	@$(pytest) -m peer

FUZZ := 5
fuzz: dev build/peers/installed ## Run the property tests on new examples, FUZZ=5 times; SEED=N repeats a run
	@for ((round = 1; round <= $(FUZZ); round++)); do \
	  seed=$(or $(SEED),$$((RANDOM << 15 | RANDOM))); \
	  printf 'round %s of %s, seed %s\n' "$$round" $(FUZZ) "$$seed"; \
	  $(pytest) $(parallel) -m 'hypothesis and not peer' --hypothesis-profile=fuzz --hypothesis-seed="$$seed" || \
	    { printf 'to see it again: make fuzz FUZZ=1 SEED=%s\n' "$$seed" >&2; exit 1; }; done

check: lint docs-check test ## What CI runs: lint, generated docs, tests

lint: dev ## ShellCheck, shfmt, ruff, mypy
	PATH="$$PWD/$(venv):$$PATH" shellcheck --check-sourced $(shell_files)
	PATH="$$PWD/$(venv):$$PATH" shellcheck --severity=warning $(wildcard tests/bats/*)
	$(venv)/shfmt -i 2 -ci -d $(formatted)
	$(venv)/ruff check
	$(venv)/ruff format --check
	$(venv)/mypy

format: dev ## Format the code
	$(venv)/shfmt -i 2 -ci -w $(formatted)
	$(venv)/ruff check --fix
	$(venv)/ruff format

docs: dev ## Write docs/reference/commands.md, the completions and the table of statistics
	docs/commands.sh >docs/reference/commands.md
	$(venv)/python -m docs.statistics_table
	$(venv)/python dotfiles/completions/generate

docs-check: dev
	@diff -u docs/reference/commands.md <(docs/commands.sh) || \
	  { printf 'docs/reference/commands.md is out of date: run make docs\n' >&2; exit 1; }
	@$(venv)/python dotfiles/completions/generate --check

bench: dev ## Time every command and its alternatives (30 min); write bench/RESULTS.md
	bench/run --record $(BENCH)

bench-quick: dev ## Time small data (2 min); compare with the last recorded ratios
	bench/run --quick $(BENCH)

pictures: dev ## Record the README's pictures again, from real runs
	$(venv)/python -m docs.pictures.make

templates := pyhelpers/scaffold/templates
compile := uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11
lock: ## Write the lock files anew (needs uv)
	$(compile) pyproject.toml -o requirements.txt
	for extra in plots cluster trip tours formats; do \
	  $(compile) -c requirements.txt pyproject.toml --extra $$extra -o requirements-$$extra.txt; done
	$(compile) -c requirements.txt pyproject.toml --all-extras --group dev -o requirements-dev.txt
	$(compile) tests/peers.in -o tests/peers.txt
	for kind in hello model; do \
	  rm -rf build/lock; bin/new-ml-project build/lock --template $$kind --no-git; \
	  $(MAKE) -C build/lock lock; cp build/lock/requirements.txt $(templates)/common; \
	  cp build/lock/requirements-dev.txt $(templates)/$$kind; done
	rm -rf build/lock; bin/new-ml-project build/lock --model boosting --no-git
	$(MAKE) -C build/lock lock; cp build/lock/requirements.txt $(templates)/trees

clean: ## Remove what the other targets made
	rm -rf .venv node_modules build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

dev: node_modules/.package-lock.json
	@./install.sh --no-dotfiles --dev

node_modules/.package-lock.json: package-lock.json
	npm ci --include=dev --no-audit --no-fund --cache build/npm
	@touch $@

# Vendors' own programs that tests talk to, away from the kit's packages and their versions.
build/peers/installed: tests/peers.txt
	rm -rf build/peers
	$(venv)/python -m venv --without-pip build/peers
	build/peers/bin/python $(wildcard vendor/pip-*.whl)/pip install -q --no-cache-dir --require-hashes \
	  --disable-pip-version-check -r tests/peers.txt
	@touch $@

build/heavy-peers/installed: tests/install-heavy-peers
	tests/install-heavy-peers
	@touch $@

.PHONY: help install demo test test-peers fuzz check lint format docs docs-check bench bench-quick pictures lock clean dev
