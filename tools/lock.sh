#!/usr/bin/env bash
# Pin every dependency by version and hash, naming no registry.
set -euo pipefail
cd "$(dirname "$0")/.."
for kind in run test; do
  .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
    --no-emit-index-url --no-emit-find-links "requirements/$kind.in" --output-file "requirements/$kind.txt"
done
npm update --package-lock-only --ignore-scripts --no-audit --no-fund
