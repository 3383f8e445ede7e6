# The commands of daily work. `make run` and `make test` are all that a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup run test test-slow check lint types eval eval-llm clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	-$(BIN)/yorozu model  # where it cannot be had, words alone answer and say so
	touch $@

run: setup
	$(BIN)/yorozu ingest
	$(BIN)/yorozu serve

test: setup
	$(BIN)/python -m pytest

test-slow: setup
	$(BIN)/python -m pytest -m 'slow or browser'

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

check: lint types test

eval: setup
	$(BIN)/yorozu ingest
	$(BIN)/yorozu eval answers --questions eval/questions/own.jsonl --floors eval/floors.json
	$(BIN)/yorozu eval answers --questions eval/questions/fresh.jsonl --floors eval/floors.json

eval-llm: setup  # takes hours on a small machine
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[llm-eval]'
	$(BIN)/yorozu ingest
	$(BIN)/python -m eval.llm --write docs/llm.md --details var/llm_eval.jsonl

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
