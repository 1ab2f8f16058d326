# Every command of this project, one verb each. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.run-ready
TEST_READY := $(VENV)/.test-ready
# Rasa's own environment: never ours (Python 3.10, TensorFlow).
RASA := build/rasa-venv
# Synapse's own environment: it holds other packages back than we do.
SYNAPSE := build/synapse-venv
export RASA_TELEMETRY_ENABLED := false
PYTHON310 ?= python3.10
# Tests run in so many processes, a file always in one; most of them wait for servers more than they reckon.
TEST_PROCESSES ?= 3
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.DEFAULT_GOAL := help
.PHONY: help run test check format train bench evaluate ablation bench-diet chaos simulate lock browser synapse rasa-record rasa-random rasa-live bench-rasa rasa-check rasa clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUN_READY) train ## Set up and run the assistant, web chat on http://127.0.0.1:8080
	@$(BIN)/lernallianz run

test: $(TEST_READY) train ## Set up and run every test
	@$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadfile

check: $(TEST_READY) ## Lint, types, layers, knowledge and dialogues; changes nothing
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/lernallianz knowledge check
	@$(BIN)/lernallianz train --check

format: $(TEST_READY) ## Format and mend what can be mended by itself
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

train: $(RUN_READY) ## Build the model files; does nothing when they are current
	@$(BIN)/lernallianz train

bench: $(TEST_READY) train ## Measure speed and memory side by side with a peer
	@$(BIN)/python -m tests.benchmarks
	@$(BIN)/python -m tests.benchmarks.telegram
	@$(BIN)/python -m tests.benchmarks.diary_export
	@$(BIN)/python -m tests.benchmarks.plans

evaluate: $(TEST_READY) train ## How well questions are answered: writes docs/quality.md
	@$(BIN)/python -m tests.understanding.evaluate

ablation: $(TEST_READY) train ## What each part of understanding is worth (ten minutes)
	@$(BIN)/python -m tests.benchmarks.ablation

bench-diet: train $(RASA)/.ready ## Understanding beside Rasa's DIET (an hour); DATA=folder with CLINC150 small as Rasa NLU files
	@RASA_PYTHON=$(RASA)/bin/python $(BIN)/python -m tests.benchmarks.diet $(DATA)

chaos: $(TEST_READY) train ## Kill and fault tests at full size
	@CHAOS_KILLS=40 CHAOS_USERS=20 CHAOS_MESSAGES=20 CHAOS_OFFLINE_SECONDS=600 \
	  $(BIN)/python -m pytest -s tests/chaos tests/telegram/test_faults.py
	@CHAOS_KILLS=50 $(BIN)/python -m pytest -s tests/plans/test_kills.py
	@CHAOS_RACES=200 $(BIN)/python -m pytest -s tests/escalation/test_races.py

simulate: $(TEST_READY) train ## Years of an apprentice and their reminders, 500 random records, every conversation about them in the browser, 500 cases at once
	@SIMULATED_WEEKS=183 SIMULATED_PARENTS=100 DIARY_RECORDS=500 CONVERSATIONS=all \
	  CROWD_COACHES=50 CROWD_CASES=500 CROWD_ENCRYPTED=5 CROWD_MESSAGES=10000 RELAY_STEPS=400 \
	  $(BIN)/python -m pytest -q -p tests.counted tests/diary tests/reminders tests/nudges \
	  tests/escalation/test_crowd.py tests/escalation/test_relay.py tests/matrix/test_crowd.py

lock: ## Compile requirements/*.txt anew (needs uv)
	@cd requirements && for each in run train test synapse; do \
	  UV_PYTHON_DOWNLOADS=never uv pip compile --quiet --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --upgrade $$each.in -o $$each.txt; done; \
	  UV_PYTHON_DOWNLOADS=never uv pip compile --quiet --python-version 3.10 --generate-hashes \
	    --no-header --no-annotate --upgrade rasa.in -o rasa.txt

browser: $(TEST_READY) ## Install what the browser tests need (Debian: Chromium, axe-core from npm)
	@command -v chromium >/dev/null || { apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu; }
	@command -v npm >/dev/null || { echo "axe-core comes by npm: apt-get install nodejs npm"; exit 1; }
	@npm ci --prefix tests/web --silent

synapse: $(SYNAPSE)/.ready tests/matrix/node_modules/.package-lock.json ## Install what the Matrix tests need (Synapse, matrix-js-sdk from npm)

$(SYNAPSE)/.ready: requirements/synapse.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is %s. Name one: make PYTHON=python3.12 synapse" % sys.version.split()[0])'
	@echo "Setting up Synapse (about half a minute) …"
	@$(PYTHON) -m venv $(SYNAPSE)
	@$(SYNAPSE)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/synapse.txt
	@touch $@

tests/matrix/node_modules/.package-lock.json: tests/matrix/package-lock.json
	@command -v npm >/dev/null || { echo "The strict Matrix clients need Node.js 20 or newer: apt-get install nodejs npm"; exit 1; }
	@npm ci --prefix tests/matrix --silent
	@touch $@

$(RASA)/.ready: requirements/rasa.txt
	@command -v $(PYTHON310) >/dev/null || { echo "Rasa 3.6.21 needs Python 3.10. Name one: make PYTHON310=/path/to/python3.10 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up Rasa (about a minute and a half) …"
	@$(PYTHON310) -m venv $(RASA)
	@$(RASA)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/rasa.txt
	@touch $@

rasa-record: $(RASA)/.ready ## Let Rasa play the cases of tests/conformance and write down what it does
	@$(RASA)/bin/python tests/conformance/record.py

rasa-random: $(TEST_READY) $(RASA)/.ready ## Compare random projects and turns live with Rasa
	@RASA_PYTHON=$(RASA)/bin/python $(BIN)/python -m pytest tests/conformance/test_live.py

rasa-live: train $(RASA)/.ready ## A conversation while Rasa dies and comes back (after make rasa has trained)
	@RASA_PYTHON=$(RASA)/bin/python $(BIN)/python -m pytest tests/web/test_living_rasa.py

bench-rasa: train $(RASA)/.ready ## Our engine and Rasa side by side (after make rasa has trained)
	@RASA_PYTHON=$(RASA)/bin/python $(BIN)/python -m tests.benchmarks.rasa

rasa-check: train $(RASA)/.ready ## Rasa's own validate, train and test on build/rasa
	@cd build/rasa && ../../$(RASA)/bin/rasa data validate --domain domain && ../../$(RASA)/bin/rasa train --domain domain --fixed-model-name lernallianz \
	  && ../../$(RASA)/bin/rasa test core --stories tests

rasa: train $(RASA)/.ready ## Train Rasa on our dialogues and start it on 127.0.0.1:5005
	@cd build/rasa && ../../$(RASA)/bin/rasa train --domain domain --fixed-model-name lernallianz \
	  && exec ../../$(RASA)/bin/rasa run --enable-api --interface 127.0.0.1 --port 5005 --model models/lernallianz.tar.gz

clean: ## Remove what can be built again (never data/)
	@rm -rf $(VENV) build tests/web/node_modules tests/matrix/node_modules

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is %s. Name one: make PYTHON=python3.12" % sys.version.split()[0])'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUN_READY): $(VENV)/.made requirements/run.txt requirements/train.txt pyproject.toml
	@echo "Setting up (about half a minute) …"
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --require-hashes -r requirements/train.txt
	@$(PIP) --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q $(VENV)/lib bot connectors knowledge >/dev/null || true
	@touch $@

$(TEST_READY): $(RUN_READY) requirements/test.txt
	@echo "Setting up the tests (about half a minute) …"
	@$(PIP) --require-hashes -r requirements/test.txt
	@touch $@
