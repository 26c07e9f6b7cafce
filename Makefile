# Two commands matter: `make demo` and `make test`. The rest is what they are made of.
SHELL := /bin/bash
PORT ?= 8000
BIN := .venv/bin

.PHONY: help demo test setup setup-test lock messages docs screenshots clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

demo: setup  ## install, load the invented demo city once, serve it on http://127.0.0.1:8000 (PORT=…)
	@CHUANGWEN_MODE=demo $(BIN)/chuangwen init --demo
	@CHUANGWEN_MODE=demo $(BIN)/chuangwen demo
	@CHUANGWEN_MODE=demo $(BIN)/chuangwen serve --port $(PORT)

test: setup-test  ## every check: lint, types, contracts, all tests on SQLite and PostgreSQL, browser
	@tools/test.sh

setup:  ## only install, into .venv and node_modules
	@tools/setup.sh run

setup-test:
	@tools/setup.sh test

lock: setup-test  ## pin all dependencies anew
	@tools/lock.sh

messages: setup  ## draw the sentences from the source into the catalogues
	@$(BIN)/chuangwen messages update && $(BIN)/chuangwen messages check

docs: setup  ## draw lifecycles, problems and tables into docs/
	@$(BIN)/chuangwen docs

screenshots: setup-test  ## take the pictures of the guides
	@$(BIN)/python tools/screenshots.py
	@CHUANGWEN_SCREENSHOTS=docs/images $(BIN)/pytest -q tests/browser/test_ways.py -k county

clean:  ## remove what was installed; data in var/ stay
	rm -rf .venv node_modules staticfiles .mypy_cache .ruff_cache .pytest_cache
