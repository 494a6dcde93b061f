#!/bin/sh
# Makes .venv hold exactly what a lock file names, and this package in editable form.
#   scripts/setup.sh requirements.lock        what a user needs
#   scripts/setup.sh requirements-dev.lock    what the tests need
set -eu
cd "$(dirname "$0")/.."
lock=${1:-requirements.lock}
venv=${VENV:-.venv}
python=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; }

"$python" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null || {
  say "Dangol needs Python 3.11 or newer as \`$python\`. Set PYTHON=/path/to/python3 to name another one."
  exit 1
}

if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  say "Making a virtual environment in $venv"
  rm -rf "$venv"
  if ! "$python" -m venv "$venv" 2>/dev/null; then
    rm -rf "$venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      say "Python has no venv module here; installing Debian's python3-venv"
      apt-get update -qq >/dev/null && apt-get install -y -qq python3-venv >/dev/null
      "$python" -m venv "$venv"
    else
      say "Python has no venv module here. Install it (Debian: apt-get install python3-venv) and run this again."
      exit 1
    fi
  fi
fi

# A stamp of what was installed makes a second run free.
stamp="$venv/.installed"
want=$(cat "$lock" pyproject.toml scripts/setup.sh | cksum; echo "$lock")
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && exit 0
# What the tests installed serves the user's commands as well: no need to shrink it.
[ "$lock" = requirements.lock ] && [ -f "$stamp" ] &&
  [ "$(cat "$stamp")" = "$(cat requirements-dev.lock pyproject.toml scripts/setup.sh | cksum; echo requirements-dev.lock)" ] && exit 0

[ -x "$venv/bin/uv" ] || "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
uv="$venv/bin/uv"
cp "$uv" "$venv/.uv" # `pip sync` removes what the lock does not name, uv itself included
say "Installing what $lock names"
VIRTUAL_ENV="$PWD/$venv" "$venv/.uv" pip sync --quiet --require-hashes "$lock"
mv "$venv/.uv" "$uv"
VIRTUAL_ENV="$PWD/$venv" "$uv" pip install --quiet --no-deps --editable .
printf '%s\n' "$want" > "$stamp"
