# Two commands matter: `make demo` and `make test`. The rest is what they are made of.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# Chinese is printed whatever the language of the terminal.
export PYTHONUTF8 := 1

.PHONY: help demo test bench setup setup-run setup-test setup-lock python lock messages docs screenshots clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

demo: export CHUANGWEN_MODE := demo
demo: setup  ## install, load the invented demo city once, serve it on http://127.0.0.1:8000 (PORT=…)
	@$(BIN)/chuangwen init --demo
	@$(BIN)/chuangwen demo
	@$(BIN)/chuangwen serve --port $(PORT)

test: setup-test  ## every check: lint, types, contracts, all tests on SQLite and PostgreSQL, browser
	@tools/test.sh

bench: setup-test  ## how long the product takes at 400,000 cases, beside limits taken in the same run
	@$(BIN)/python tools/bench.py

setup: setup-run  ## only install, into .venv and node_modules

setup-run setup-test setup-lock: setup-%: python
	@$(PYTHON) tools/setup.py $*

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "需要 Python 3.11 或更新的版本，$(PYTHON) 没有安装或过旧；如已另装，请用 make … PYTHON=python3.12 指定。"; \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is missing or too old. If you have a newer one, say" \
	    "make … PYTHON=python3.12"; exit 1; }

lock: setup-lock  ## pin all dependencies anew

messages: setup  ## draw the sentences from the source into the catalogues
	@$(BIN)/chuangwen messages update && $(BIN)/chuangwen messages check

docs: setup  ## draw lifecycles, problems and tables into docs/
	@$(BIN)/chuangwen docs

screenshots: setup-test  ## take the pictures of the guides
	@$(BIN)/python tools/screenshots.py
	@CHUANGWEN_SCREENSHOTS=docs/images $(BIN)/pytest -q tests/browser/test_ways.py -k county

clean:  ## remove what was installed; data in var/ stay
	rm -rf .venv node_modules staticfiles .mypy_cache .ruff_cache .pytest_cache
