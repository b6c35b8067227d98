# Everything sets itself up: `make demo` and `make test` need only Python 3.11 or newer and make.

VENV := .venv
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := $(VENV)/bin
DEMO := demo-mailbox

.PHONY: demo test lint eval bench torture clean fuzz audit lock

demo: $(VENV)/.ready
	@$(BIN)/gmail-followup demo --path $(DEMO)

test: $(VENV)/.ready-dev
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(TESTS)

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check gmail_followup tests bench
	$(BIN)/mypy

eval: $(VENV)/.ready
	@$(BIN)/python -m bench.eval_detection
	@$(BIN)/python -m bench.eval_detection --blind
	@$(BIN)/python bench/eval_tone.py
	@$(BIN)/python bench/eval_grammar.py
	@$(BIN)/python -m bench.eval_answers

$(VENV)/bin/python:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed (make demo PYTHON=/path/to/python3.12)."; exit 1; fi
	@echo "Setting up an environment in $(VENV) (once, about a minute)."
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu: apt install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.ready: $(VENV)/bin/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@

bench: $(VENV)/.ready
	@$(BIN)/python bench/scan.py

# Kills, faults, a soak: what must hold whatever dies. MINUTES=5 makes it shorter.
MINUTES := 15
torture: $(VENV)/.ready-dev
	@nice -n 10 $(BIN)/python -m tests.torture.run $(MINUTES)

# How long each of the three targets is fuzzed: make fuzz FUZZ_SECONDS=600. Without atheris, mails are mutated unguided.
FUZZ_SECONDS ?= 60
fuzz: $(VENV)/.ready-dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[fuzz]" || echo "atheris could not be installed here."
	@for target in parser detector reply; do \
		nice -n 10 $(BIN)/python fuzz/fuzz_$$target.py --seconds $(FUZZ_SECONDS) || exit 1; done

# Known holes in the locked versions. Needs the network.
audit:
	@test -x .venv-audit/bin/pip-audit || { $(PYTHON) -m venv .venv-audit && .venv-audit/bin/python -m pip install --quiet "pip-audit>=2.7,<3"; }
	@.venv-audit/bin/pip-audit --requirement requirements.lock --require-hashes --disable-pip

# Exact versions with hashes, for CI. Needs the network; made with the Python that CI has.
lock:
	@test -x .venv-audit/bin/pip-compile || { $(PYTHON) -m venv .venv-audit && .venv-audit/bin/python -m pip install --quiet "pip-tools>=7.4,<8"; }
	@.venv-audit/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --extra dev --strip-extras --no-header --no-annotate \
		--no-emit-options --output-file requirements.lock pyproject.toml
	@sed -i '1i # Exact versions for CI (Python 3.11 on Linux), with SHA-256. Made by: make lock' requirements.lock

clean:
	rm -rf $(VENV) $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis
