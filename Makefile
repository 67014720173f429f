# make serve    both APIs on http://127.0.0.1:8080 (options: make serve ARGS="--port 0 --profile observed")
# make test     the whole test suite (options: make test ARGS="-k paging")
# make test-httpx2   the client's tests with httpx2 in place of httpx
# make shell    a shell in which jumun and python are those of .venv
# make wheel    dist/jumun-….whl, to install elsewhere
# make bench    measurements, as ratios within one run (half an hour; options: tests/benchmarks/README.md)
# make attack   what is sent, read or done to break Jumun, at random, and a table (ten minutes; ARGS="--seed 1 --only signals")
# make newcomer a fresh clone, an empty home, the README's commands: each Python at hand, lowest and newest versions
# make check    format, lint, types, import directions, what is generated of client and docs
# make format   writes those, formats, and mends what lint can
# Each sets up .venv by itself; nothing but Python >= 3.11 and make is needed.

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help serve shell wheel test test-httpx2 bench attack newcomer check format clean

help:
	@sed -n '1,/^$$/s/^# //p' Makefile

serve: $(VENV)/serve.stamp
	@$(BIN)/jumun serve $(ARGS)

shell: $(VENV)/serve.stamp
	@PATH="$(CURDIR)/$(BIN):$$PATH" exec $${SHELL:-sh}

wheel: $(VENV)/test.stamp
	@$(BIN)/python -m build --wheel --outdir dist . >/dev/null && ls dist/*.whl

test: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n auto $(ARGS)

test-httpx2: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n auto -p tests.client.under_httpx2 tests/client $(ARGS)

bench: $(VENV)/test.stamp
	$(BIN)/python tests/benchmarks/bench_sessions.py
	$(BIN)/python tests/benchmarks/bench_waiting.py
	$(BIN)/python tests/benchmarks/bench_orders.py
	$(BIN)/python tests/benchmarks/bench_product_orders.py
	$(BIN)/python tests/benchmarks/bench_check.py
	$(BIN)/python tests/benchmarks/bench_findings.py
	$(BIN)/python tests/benchmarks/bench_store.py
	$(BIN)/python tests/benchmarks/bench_peers.py $(ARGS)

attack: $(VENV)/test.stamp
	$(BIN)/python -m tests.attack $(ARGS)

newcomer: $(VENV)/test.stamp
	$(BIN)/python -m tests.newcomer $(ARGS)

check: $(VENV)/check.stamp
	$(BIN)/python -m tests.conformance.bundles --check
	$(BIN)/python -m tests.conformance.payloads --check
	$(BIN)/python client/generate.py --check
	$(BIN)/python docs/generate.py --check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/python -m pytest -q tests/typing
	$(BIN)/lint-imports
	$(BIN)/jumun lint

format: $(VENV)/check.stamp
	$(BIN)/python -m tests.conformance.bundles
	$(BIN)/python -m tests.conformance.payloads
	$(BIN)/python client/generate.py
	$(BIN)/python docs/generate.py
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Jumun needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "$(PYTHON) cannot make virtual environments (on Debian: apt-get install python3-venv)" >&2; exit 1; }

# Installed again when what is wanted changes. pip itself first: dependency groups are new to it.
$(VENV)/pip.stamp: constraints.txt | $(VENV)/bin/python
	@$(PIP) --upgrade pip
	@touch $@

$(VENV)/serve.stamp: pyproject.toml constraints.txt $(VENV)/pip.stamp
	@$(PIP) --editable .
	@touch $@

$(VENV)/test.stamp: pyproject.toml constraints.txt $(VENV)/pip.stamp
	@$(PIP) --editable . --group test
	@touch $@ $(VENV)/serve.stamp

$(VENV)/check.stamp: pyproject.toml constraints.txt $(VENV)/pip.stamp
	@$(PIP) --editable . --group check
	@touch $@ $(VENV)/serve.stamp $(VENV)/test.stamp
