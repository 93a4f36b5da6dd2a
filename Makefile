# make lab     work through the course        make course   run every notebook, measured
# make test    check everything               make book     build the web book
# make lock    choose the pins anew
#
# PYTHON=python3.12 names another Python; ARGS="..." goes on to the command.

PYTHON ?= python3
ARGS ?=
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready
ROOT_FLAG := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: lab test course book lock
.DEFAULT_GOAL := lab

lab: $(READY)
	@$(RUN) -m lmcourse workspace my-course
	@cd my-course && exec ../$(RUN) -m jupyterlab $(ROOT_FLAG) $(ARGS)

test: $(READY)
	@$(RUN) tests/run_all.py $(ARGS)

course: $(READY)
	@$(RUN) -m lmcourse course $(ARGS)

book: $(READY)
	@$(RUN) book/build.py $(ARGS)

lock: $(READY)
	@$(RUN) -m pip install --quiet pip-tools
	@$(RUN) -m piptools compile --quiet --all-extras --strip-extras --no-annotate \
	  --no-header --no-emit-find-links --no-emit-index-url --output-file \
	  requirements.lock $(ARGS) pyproject.toml
	@$(RUN) tests/tidy_lock.py

# Set-up is done once, and again only when the pins or the package's needs change.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	  || { echo "lmcourse needs Python 3.11, 3.12 or 3.13 with its venv module, and $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo not there); name another one: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version); the first time takes a few minutes."
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing requirements.lock and lmcourse."
	@$(RUN) -m pip install -qq --disable-pip-version-check -r requirements.lock
	@$(RUN) -m pip install -qq --disable-pip-version-check --no-deps --editable .
	@touch $(READY)
