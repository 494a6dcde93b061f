#!/bin/sh
# Runs every check and every test. A tool that only a test lane needs is installed where that is allowed
# (root on Debian); elsewhere the lane is named and left out, and with CI=true that is a failure.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh requirements-dev.lock

missing=""
if ! command -v java >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Java for the Spark lane"
    apt-get update -qq >/dev/null && apt-get install -y -qq openjdk-17-jre-headless >/dev/null
  fi
  command -v java >/dev/null || missing="$missing java"
fi

select=""
if [ -n "$missing" ]; then
  echo "Not here and not installable by this user:$missing."
  if [ "${CI:-}" = true ]; then
    echo "In CI nothing may be left out. Install:$missing."
    exit 1
  fi
  echo "The Spark lane is left out. Install Java 17 (Debian: apt-get install openjdk-17-jre-headless) to run it."
  select='not spark'
fi

make --no-print-directory check
.venv/bin/pytest --numprocesses=2 --dist=loadgroup --ignore=tests/architecture --ignore=tests/docs -m "$select" "$@"
