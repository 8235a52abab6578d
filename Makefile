# New here? Start with `make run` and `make test`.

PORT ?= 5000
BIN := .venv/bin
DEMO_SETTINGS := CAMPAIGN_ACTIONS_DEMO=1 CAMPAIGN_ACTIONS_ORGANIZATION_NAMES="ru=Ресурсный центр по правам человека,fr=Centre de ressources pour les droits humains,es=Centro de Recursos de Derechos Humanos,ar=مركز موارد حقوق الإنسان"
export UV_PYTHON_DOWNLOADS := never
# Compile modules once, not whenever a program starts: tests alone start a hundred.
export UV_COMPILE_BYTECODE := 1
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run test check slow lint bench bench-quick storm messages

help: ## List these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.installed ## Install everything into .venv
	@$(BIN)/python hatch_build.py

.venv/.installed: pyproject.toml uv.lock
	@test -x $(BIN)/python || for python in python3 python3.14 python3.13 python3.12 python3.11; do \
		$$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
			&& $$python -m venv .venv && break; done; true
	@test -x $(BIN)/python || { echo "Campaign Actions needs Python 3.11 or newer with venv. On Debian: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"
	$(BIN)/uv sync --locked --inexact --quiet
	@touch $@

run: setup ## Run the demo on http://127.0.0.1:5000 (use PORT=5123 for another port)
	@$(BIN)/campaign-actions db upgrade
	@$(DEMO_SETTINGS) $(BIN)/campaign-actions demo load
	@echo "Public site:      http://127.0.0.1:$(PORT)/"
	@echo "Emails sent:      http://127.0.0.1:$(PORT)/demo/mail/"
	@echo "Staff workspace:  http://127.0.0.1:$(PORT)/staff/   (accounts: /demo/staff/)"
	@$(DEMO_SETTINGS) exec $(BIN)/campaign-actions serve --port $(PORT)

test: setup ## Run the fast tests
	$(BIN)/pytest -n auto -m "not slow"

.NOTPARALLEL:
check: export TEST_EVERY_DATABASE = 1
check: setup lint test slow ## Run everything that CI runs

lint: setup
	$(BIN)/uv lock --check --quiet
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/campaign-actions translations check

slow: setup
	$(BIN)/pytest -n auto -m slow

bench: setup ## Run the benchmarks and write benchmarks/results.md
	$(BIN)/uv sync --locked --inexact --quiet --group bench
	$(BIN)/python -m benchmarks

bench-quick: setup ## Run short benchmarks, before and after a change to a hot path (two minutes)
	$(BIN)/uv sync --locked --inexact --quiet --group bench
	$(BIN)/python -m benchmarks --quick

storm: setup ## Simulate the busiest day of a campaign (five minutes)
	$(BIN)/python -m benchmarks.storm

messages: setup ## Update the message template and the catalogs from the source code
	@$(BIN)/campaign-actions translations update
