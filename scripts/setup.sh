#!/bin/sh
# Makes a virtual environment hold exactly what a lock file names, and this package in editable form.
#   scripts/setup.sh requirements.lock        what a user needs
#   scripts/setup.sh requirements-dev.lock    what the tests need
#   scripts/setup.sh requirements-bench.lock  what the benchmarks need
# VENV names another folder than .venv, PYTHON another interpreter than python3. A second run is free.
set -eu
cd "$(dirname "$0")/.."
lock=${1:-requirements.lock}
venv=${VENV:-.venv}
python=${PYTHON:-python3}
case $venv in /*) ;; *) venv=$PWD/$venv ;; esac

say() { printf '%s\n' "$*" >&2; }
stop() { say "$@"; exit 1; }

# What an environment was made from, and where: a moved checkout has scripts that point to its old place.
made_from() { cat "$1" pyproject.toml scripts/setup.sh | cksum; printf '%s %s\n' "$1" "$PWD"; }

# Each lock holds all that the one before it does: what serves the tests serves the user as well.
serves() {
  case $1 in
    requirements.lock) echo requirements.lock requirements-dev.lock requirements-bench.lock ;;
    requirements-dev.lock) echo requirements-dev.lock requirements-bench.lock ;;
    *) echo "$1" ;;
  esac
}

stamp=$venv/.installed
if [ -f "$stamp" ] && "$venv/bin/python" -c '' 2>/dev/null; then
  for one in $(serves "$lock"); do
    [ "$(cat "$stamp")" = "$(made_from "$one")" ] && exit 0
  done
  case $(cat "$stamp") in
    *" $PWD") ;;
    *)
      [ -z "${VENV:-}" ] || stop "VENV names an environment of another checkout ($venv). Name an empty folder, or take VENV away."
      say "The checkout has moved: making its environment anew"; rm -rf "$venv" ;;
  esac
fi

"$python" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null ||
  stop "Dangol needs Python 3.11 or newer as \`$python\`. Set PYTHON=/path/to/python3 to name another one."

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  say "Making a virtual environment in $venv"
  rm -rf "$venv"
  if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
    rm -rf "$venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      say "Python has no venv module here; installing Debian's python3-venv"
      export DEBIAN_FRONTEND=noninteractive
      { apt-get update -qq && apt-get install -y -qq python3-venv; } >/dev/null 2>&1 ||
        stop "Debian's python3-venv could not be installed. Is there a network? Install it and run this again."
      "$python" -m venv "$venv"
    else
      stop "Python has no venv module here. Install it (Debian: apt-get install python3-venv) and run this again."
    fi
  fi
fi

uv=$venv/bin/uv
[ -x "$uv" ] || "$venv/bin/python" -m pip install -qq --disable-pip-version-check uv ||
  stop "pip could not fetch uv, which installs everything else. Is there a network? Run this again when there is."
cp "$uv" "$venv/.uv" # `pip sync` removes what the lock does not name, uv itself included
say "Installing what $lock names"
rm -f "$stamp"
export VIRTUAL_ENV="$venv"
"$venv/.uv" pip sync --quiet --compile-bytecode --require-hashes "$lock" ||
  stop "Not everything that $lock names could be installed; the lines above say why. Run this again when it is mended."
mv "$venv/.uv" "$uv"
"$uv" pip install --quiet --no-deps --editable .
"$venv/bin/python" -m compileall -q src # a process starts twice as fast, also where Python may not write this itself

# LightGBM, which foresees, wants the system's OpenMP; the smallest Debian images come without it.
if ! "$venv/bin/python" -c 'import ctypes; ctypes.CDLL("libgomp.so.1")' 2>/dev/null && [ "$(uname)" = Linux ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing Debian's libgomp1, which the models need"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends libgomp1; } >/dev/null 2>&1 ||
      say "Debian's libgomp1 could not be installed; models of trees cannot be trained without it."
  else
    say "The library libgomp is missing (Debian: apt-get install libgomp1); models of trees cannot be trained without it."
  fi
fi
made_from "$lock" > "$stamp"
