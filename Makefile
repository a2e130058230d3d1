# Needs only make and Python 3.11 or later; everything else is installed in .venv.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
BIN := .venv/bin
# One more than the machine has processors: some tests wait for what another process does.
PROCESSES := $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
UV ?= uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header
CODE := policy config connectors adapter sandboxes tests benchmarks

# The tests start hundreds of programs: each would compile the whole service again where the environment forbids to keep
# what was compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo test bench check lint types format lock audit sbom plugin clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/.runtime ## Install the service in .venv, with the command .venv/bin/odwh-adapter

demo: .venv/.runtime ## Tell the whole story on a sandbox LMS and HRIS; leaves report and database in demo/
	@$(BIN)/odwh-adapter demo --once
	@echo "To look around in it: $(BIN)/odwh-adapter demo (tells it again and serves on until Ctrl-C)"

test: .venv/.test ## Run the tests (PYTEST_ARGS='-k hours' for a part)
	@$(BIN)/python -m pytest --numprocesses $(PROCESSES) --dist worksteal $(PYTEST_ARGS)

bench: .venv/.test ## Run the benchmarks, hours on a quiet machine (BENCH='taking_work mt_report' for some); docs/performance.md says what they mean
	@$(BIN)/python -m benchmarks $(BENCH)

check: lint types test ## Format, lint, types and tests: what a change must pass

lint: .venv/.check ## Check format and lint
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/ruff check $(CODE)

types: .venv/.check ## Check types
	@$(BIN)/mypy

format: .venv/.check ## Rewrite the code in its format
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)

lock: ## Compile requirements/*.txt again (needs uv)
	printf 'hatchling==1.33.0\neditables\n' | $(LOCK) - -o requirements/build.txt
	$(LOCK) pyproject.toml -o requirements/runtime.txt
	$(LOCK) pyproject.toml --extra test -o requirements/test.txt
	$(LOCK) pyproject.toml --extra test --extra check -o requirements/check.txt

audit: .venv/.check ## Look for known faults in what the service installs (needs the internet)
	@$(BIN)/pip-audit --disable-pip --require-hashes --requirement requirements/runtime.txt

sbom: .venv/.check ## Make dist/sbom.json (CycloneDX): what the service consists of, with licences and hashes
	@mkdir -p dist
	@$(BIN)/python -m tests.supply_chain.sbom > dist/sbom.json
	@echo 'dist/sbom.json'

plugin: ## Make dist/local_learningpolicy.zip for Moodle's plugin installer, of what is committed
	@mkdir -p dist
	@git archive --format=zip --prefix=learningpolicy/ --output=dist/local_learningpolicy.zip HEAD:connectors/moodle/plugin/local_learningpolicy
	@echo 'dist/local_learningpolicy.zip: Site administration, Plugins, Install plugins'

clean: ## Remove what make made; the demo's database too
	rm -rf .venv demo dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# A stamp says what is installed, so that a second run installs nothing.

.venv/.created:
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or later is needed; install it, or run: make PYTHON=/path/to/python3' >&2; exit 1; }
	@echo 'Making .venv with $(PYTHON)'
	@'$(PYTHON)' -m venv .venv || { echo 'This Python cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@touch $@

# The locks hold everything, so pip has nothing to resolve: of an extra it would ask a hash of its own.
# The package is built with what they hold: no build environment is fetched beside them.
.venv/.runtime: .venv/.created requirements/build.txt requirements/runtime.txt pyproject.toml
	@echo 'Installing the service'
	@$(PIP) install --require-hashes --no-deps --requirement requirements/build.txt
	@$(PIP) install --require-hashes --no-deps --requirement requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test: .venv/.runtime requirements/test.txt
	@echo 'Installing what the tests need'
	@$(PIP) install --require-hashes --no-deps --requirement requirements/test.txt
	@touch $@

.venv/.check: .venv/.test requirements/check.txt
	@echo 'Installing what the checks need'
	@$(PIP) install --require-hashes --no-deps --requirement requirements/check.txt
	@touch $@
