#!/usr/bin/env bash
# Every check. What this machine lacks for some of them is named at the end; where CI is set, that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
missing=()
options=(-q -n auto --maxprocesses 4)
left_out=

CHUANGWEN_BROWSER=${CHUANGWEN_BROWSER:-$(command -v chromium || command -v chromium-browser ||
  command -v google-chrome || true)}
export CHUANGWEN_BROWSER
if [ -z "$CHUANGWEN_BROWSER" ]; then
  left_out+=" and not browser"
  missing+=("没有 Chromium，浏览器测试未执行（Debian：apt install chromium fonts-noto-cjk）。"
    "The browser tests did not run: there is no Chromium (Debian: apt install chromium fonts-noto-cjk).")
elif [ -z "$(fc-list :lang=zh-cn 2>/dev/null)" ]; then
  missing+=("没有中文字体，浏览器测试中的汉字不是真实字形（Debian：apt install fonts-noto-cjk）。"
    "The browser tests ran without a Chinese font, on boxes for letters (Debian: apt install fonts-noto-cjk).")
fi

if ! command -v soffice >/dev/null && ! command -v libreoffice >/dev/null; then
  left_out+=" and not office"
  missing+=("没有 LibreOffice，未检查公文在其中的版面（Debian：apt install libreoffice-writer-nogui）。"
    "Papers were not opened in LibreOffice: it is not installed (Debian: apt install libreoffice-writer-nogui).")
fi

if ! command -v java >/dev/null; then
  left_out+=" and not java"
  missing+=("没有 Java，未用 ODK Validate 检查表单（Debian：apt install default-jre-headless）。"
    "Forms were not shown to ODK Validate: there is no Java (Debian: apt install default-jre-headless).")
fi

echo "== 规范与类型 · lint and types"
tools/lint.sh
echo "== SQLite"
.venv/bin/pytest "${options[@]}" -m "${left_out# and }" --cov
echo "== PostgreSQL"
code=0
tools/postgres.sh .venv/bin/pytest "${options[@]}" -m "not once$left_out" || code=$?
if [ "$code" = 69 ]; then
  missing+=("没有 PostgreSQL，未在其上测试（Debian：apt install postgresql）。"
    "The tests did not run on PostgreSQL: it is not installed (Debian: apt install postgresql).")
elif [ "$code" != 0 ]; then
  exit "$code"
fi

if [ ${#missing[@]} -gt 0 ]; then
  printf '\n%s\n' "${missing[@]}"
  [ -z "${CI:-}" ] || exit 1
else
  printf '\n全部检查通过 · every check passed\n'
fi
