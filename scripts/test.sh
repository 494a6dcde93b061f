#!/bin/sh
# Runs every check and every test. A tool that only a test lane needs is installed where that is allowed
# (root on Debian); elsewhere the lane is named and left out, and with CI=true that is a failure.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh requirements-dev.lock

has_java() { command -v java >/dev/null || [ -n "${JAVA_HOME:-}" ]; }

if ! has_java && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Java for the Spark lane"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq default-jre-headless; } >/dev/null 2>&1 ||
    echo "Debian's default-jre-headless could not be installed."
fi

lanes=""
if ! has_java; then
  echo "There is no Java here, and this user cannot install it: Spark cannot run."
  if [ "${CI:-}" = true ]; then
    echo "With CI=true nothing may be left out. Install Java 17 or newer (Debian: apt-get install default-jre-headless)."
    exit 1
  fi
  echo "The Spark lane is left out. Install Java 17 or newer (Debian: apt-get install default-jre-headless) to run it."
  lanes='not spark'
fi

node_lane=tests/clients/node
if command -v npm >/dev/null; then
  npm ci --prefix "$node_lane" --no-audit --no-fund --silent || echo "The npm client could not be installed: its lane is left out."
elif [ "${CI:-}" = true ]; then
  echo "With CI=true nothing may be left out. Install Node.js 20 or newer with npm (Debian: apt-get install nodejs npm)."
  exit 1
else
  echo "There is no npm here: the lane of the npm client is left out."
fi

make --no-print-directory check
exec "${VENV:-.venv}/bin/pytest" --numprocesses=2 --dist=loadgroup \
  --ignore=tests/architecture --ignore=tests/docs -m "$lanes" "$@"
