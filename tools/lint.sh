#!/bin/sh
# Everything that reads the source without running it; `make test` calls it before the tests.
# The contracts between the floors are checked by tests/house/test_contracts.py.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"

ruff check
ruff format --check
find chuangwen -path '*/templates/*.html' -exec djade --check --target-version 5.2 {} +
mypy
