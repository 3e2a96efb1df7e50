# Two commands: `make run` and `make test`. Each makes what it needs; a second time it only looks.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8123

# Node.js runs half of the demos. Where the machine has none that is new enough, a package from PyPI brings it.
HAS_NODE := $(shell node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null && echo yes)
# Part of the name of what is made, so that it is made again should the machine lose its Node.js.
NODE := $(if $(HAS_NODE),node,nonode)

.PHONY: run test check audit pictures clean

run: $(VENV)/.run-$(NODE)
	@$(BIN)/python -m bot --port $(PORT)

# What measures the machine has it for itself; the rest mostly waits, so three workers share it.
MEASURING := tests/runners tests/content tests/domain/test_predict_runs.py tests/test_bench.py

test: $(VENV)/.dev-$(NODE)
	$(BIN)/pytest --numprocesses 3 --dist loadfile $(MEASURING:%=--ignore %)
	$(BIN)/pytest $(MEASURING)

# What CI asks besides the tests: style, types, the directions of import, the lessons.
check: $(VENV)/.dev-$(NODE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python -m bot check

# Whether a pinned package has a known hole; where no list can be asked it says so, and fails nothing.
audit: $(VENV)/.dev-$(NODE)
	$(BIN)/python .ci/audit.py $(BIN)/pip-audit

# The pictures in docs/, taken from real runs in a real browser.
pictures: $(VENV)/.dev-$(NODE)
	TANDEM_PICTURES=docs $(BIN)/pytest tests/page/product

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Tandem needs Python 3.11 or newer. Name it: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run-$(NODE): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing what Tandem needs into $(VENV), once. This takes about a minute."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.$(if $(HAS_NODE),,[node])'
	@touch $@

$(VENV)/.dev-$(NODE): pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.$(if $(HAS_NODE),[dev],[dev,node])'
	@touch $@ $(VENV)/.run-$(NODE)

clean:
	rm -rf $(VENV)
