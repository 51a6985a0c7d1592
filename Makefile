# `make` prints this help. Everything here is a Python script in tools/, so it runs without make too.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help install book test lint serve picture clean

help:  ## print this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install:  ## create .venv with the package and everything it needs (the others call it)
	@$(PYTHON) tools/install.py

book: install  ## execute every page, build the book, say where to open it
	@$(PY) tools/build_book.py

test: install  ## build the book, then check package, pages, notebooks and the built site
	@$(PY) tools/run_tests.py

lint: install  ## ruff, without changing a file
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

serve: install  ## serve the book on http://localhost:8000 and rebuild it on change
	@$(PY) tools/serve.py

picture: install  ## take the README's picture of a built page anew
	@$(PY) tools/picture.py

clean:  ## remove everything that was built (not .venv)
	rm -rf _build .pytest_cache .ruff_cache .hypothesis lstm_edu.egg-info
	find lstm_edu book tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
