# Bare `make` prints this help. Every target installs what it needs into .venv first.
PYTHON ?= python3
BIN := .venv/bin
ROOMS := schemas producers streams consumers deploy tests
ARGS ?=
DATA ?= ../shared/data
SEEDS ?= 1 2 3 4 5 6 7 8 9 10
N ?= 10000

.DEFAULT_GOAL := help
.PHONY: help setup browser demo real check fix test test-unit test-integration test-e2e scenarios test-faults bench bench-quality bench-correlate bench-suspension prove drafting bench-sharing mutate bench-crash simulate figures docs clean

help: ## print this help
	@awk -F':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use
setup: .venv/.ready ## make .venv with the command .venv/bin/liaison

.venv/.ready: requirements.lock bootstrap.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r bootstrap.lock
	@$(BIN)/uv pip sync -q --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock bootstrap.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## the main job end to end on this machine (ARGS="--json --keep")
	@$(BIN)/liaison demo $(ARGS)

real: setup ## the UN list and 10,000 rows of historical50k through the running pipeline (DATA=folder)
	@$(BIN)/liaison real --data "$(DATA)" $(ARGS)

##@ Check
check: setup ## ruff, mypy, import rules, schema lock, generated files
	@$(BIN)/ruff check $(ROOMS)
	@$(BIN)/ruff format --check $(ROOMS)
	@$(BIN)/mypy $(ROOMS)
	@$(BIN)/lint-imports
	@$(BIN)/liaison schemas check
	@$(BIN)/liaison docs --check

fix: setup ## what ruff can mend by itself
	@$(BIN)/ruff check --fix $(ROOMS)
	@$(BIN)/ruff format $(ROOMS)

##@ Test
test: setup browser ## the whole suite, real broker and browser included, every named promise kept
	@$(BIN)/pytest --promises tests $(ARGS)

prove: setup ## every property of the agreements, for every request, and both keys equal
	@$(BIN)/liaison agreement prove $(ARGS)

drafting: setup ## 200 seeded drafting errors, and which check catches each kind
	@$(BIN)/pytest -q -s tests/unit/consumers/sharing/test_seeded_errors.py

test-unit: setup ## pure tests, sockets off
	@$(BIN)/pytest tests/unit $(ARGS)

test-integration: setup ## tests on the real broker
	@$(BIN)/pytest tests/contract tests/integration $(ARGS)

test-e2e: setup browser ## tests in a real browser
	@$(BIN)/pytest tests/e2e $(ARGS)

scenarios: setup ## the 43 rows of the sharing-rule catalogue and their counter-cases, for real (ARGS=--fast: in process)
	@$(BIN)/liaison scenario run tests/scenarios/catalogue $(ARGS)

test-faults: setup ## kill tests on the real broker
	@$(BIN)/pytest tests/faults $(ARGS)

browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	  || echo "no chromium, and installing it needs root: browser tests are skipped"

##@ Measure
bench: setup ## events/s published to decided, CPU per stage, latency
	@$(BIN)/liaison bench pipeline $(ARGS)

bench-quality: setup ## match quality on public labelled sets, peers beside it (DATA=folder)
	@$(BIN)/liaison bench quality --data "$(DATA)" $(ARGS)

bench-correlate: setup ## speed, latency and memory of the correlation core (DATA=folder)
	@$(BIN)/liaison bench correlate --data "$(DATA)" $(ARGS)

bench-suspension: setup ## suspensions raced against sends: none may leave after (ARGS="RACES SEED")
	@$(BIN)/python -m tests.support.suspension_race $(or $(ARGS),10000 1)

bench-sharing: setup ## decisions, two-key releases and proofs a second; both keys asked the same (ARGS="--requests 10000000")
	@$(BIN)/liaison bench sharing $(ARGS)

mutate: setup ## change the sharing core's decision path line by line: which changes do its tests miss
	@$(BIN)/python -m deploy.bench.mutation $(ARGS)

bench-crash: setup ## 1,000 faults of all kinds on the running pipeline, in runs of 100 (SEEDS="1 2 3")
	@for seed in $(SEEDS); do $(BIN)/liaison bench crash --kills 100 --seed $$seed --json $(ARGS) || exit 1; done

simulate: setup ## N seeded histories through the real stages, offline
	@$(BIN)/python -m tests.support.simulation --histories $(N)

figures: setup ## run the measurements and write README's figures from their JSON
	@mkdir -p deploy/docs/figures .liaison
	@for name in demo real bench bench-quality bench-correlate; do \
	  $(MAKE) -s $$name ARGS=--json > .liaison/figures.out || exit 1; \
	  tail -1 .liaison/figures.out > deploy/docs/figures/$$(echo $$name | tr - _).json; \
	done
	@$(BIN)/liaison docs

##@ Keep
docs: setup ## write the generated reference (settings, topics, metrics, CLI, catalogue)
	@$(BIN)/liaison docs

clean: ## stop the local stack and delete what was generated (.venv stays)
	@test ! -x $(BIN)/liaison || $(BIN)/liaison stack down
	@rm -rf .liaison .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
