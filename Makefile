# The commands of daily work. `make run` and `make test` are all that a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

BENCH := .venv-bench
BENCH_STAMP := $(BENCH)/.installed
OUT := docs/benchmarks.md
EVERY := 10
CORES := $(shell nproc 2>/dev/null || echo 2)

# Container images like to switch compiled files off: each worker of the tests, and each of the hundred programs
# that they start, would compile hundreds of modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test test-slow mutants proof check lint types eval eval-llm bench clean widget screenshots audit sbom

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
	$(BIN)/python -m pytest -n $(CORES) --dist worksteal

test-slow: setup
	$(BIN)/python -m pytest -m 'slow or browser' -n $(CORES) --dist worksteal

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

check: lint types test

# Only who changes the widget or the workbench needs Node: app/web/static/*.js are committed.
widget:
	cd app/web/widget && npm ci --no-audit --no-fund && npm run build && npm run check

screenshots: setup
	$(BIN)/python -m pytest -m browser tests/app/web/test_screenshots.py tests/app/web/test_workbench.py tests/app/web/test_admin_page.py --screenshots docs/screenshots

eval: setup
	$(BIN)/yorozu ingest
	$(BIN)/yorozu eval answers --questions eval/questions/own.jsonl --floors eval/floors.json
	$(BIN)/yorozu eval answers --questions eval/questions/fresh.jsonl --floors eval/floors.json
	$(BIN)/yorozu eval answers --questions eval/questions/held_out.jsonl --floors eval/floors.json
	$(BIN)/yorozu eval verifier --set eval/verification/held_out_2.jsonl --floors eval/floors.json
	$(BIN)/yorozu eval generalise --set eval/generalise/held_out.jsonl --floors eval/floors.json
	$(BIN)/yorozu eval duplicates --set eval/duplicates/held_out.jsonl --floors eval/floors.json

# make bench KITS="DIR …": beside the usual recipes, signal by signal, and the speed of ingesting.
bench: setup $(BENCH_STAMP)
	@test -n "$(KITS)" || { echo 'make bench KITS="DIR …"'; exit 2; }
	$(BENCH)/bin/python -m eval.benchmarks peers $(KITS:%=--kit %) --out $(OUT)
	$(BENCH)/bin/python -m eval.benchmarks ablation $(KITS:%=--kit %) --out $(OUT)
	$(BENCH)/bin/python -m eval.benchmarks ingest --pages 1000 --out $(OUT)

$(BENCH_STAMP): pyproject.toml constraints.txt constraints-bench.txt
	test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --constraint constraints.txt \
		--constraint constraints-bench.txt --editable '.[bench]'
	$(BENCH)/bin/python -m pip install --quiet --no-deps --constraint constraints-bench.txt langchain-huggingface
	touch $@

# Small faults in what decides whether an answer is true: do the tests notice? EVERY=1 takes hours.
mutants: setup
	$(BIN)/python -m tests.tools.mutate_all --every $(EVERY) --at-once $(CORES)

# Everything that shows that it holds, one after the other: some two hours. CI runs the short forms.
proof: setup test test-slow mutants
	$(BIN)/python -m eval.fuzz files --count 1000 --seed 1
	$(BIN)/python -m eval.faults kills --rounds 500
	$(BIN)/python -m eval.faults restoring
	$(BIN)/python -m eval.cluster --minutes 20
	$(BIN)/python -m eval.soak --minutes 30

audit: setup  # says NOT SEEN where the package index has no vulnerability service
	$(BIN)/python -m eval.supply.audit

sbom: setup
	mkdir -p var
	$(BIN)/cyclonedx-py environment --output-reproducible --of JSON --output-file var/sbom.json $(BIN)/python

eval-llm: setup  # takes hours on a small machine
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[llm-eval]'
	$(BIN)/yorozu ingest
	$(BIN)/python -m eval.llm --write docs/llm.md --details var/llm_eval.jsonl

clean:
	rm -rf $(VENV) $(BENCH) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
