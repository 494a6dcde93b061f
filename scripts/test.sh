#!/bin/sh
# Runs every check and every test, those of the platform on SQLite and again on PostgreSQL. What only a test lane
# needs is installed where that is allowed (root on Debian); elsewhere the lane is named and left out, and with
# CI=true that is a failure.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh requirements-dev.lock

has_java() { command -v java >/dev/null || [ -n "${JAVA_HOME:-}" ]; }
has_postgresql() { command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
has_chromium() { command -v chromium >/dev/null; }
has_npm() { command -v npm >/dev/null; }
can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

missing=""
has_java || missing="$missing default-jre-headless"
has_postgresql || missing="$missing postgresql"
has_chromium || missing="$missing chromium"
has_npm || missing="$missing npm"
if [ -n "$missing" ] && can_install; then
  echo "Installing what the lanes of tests need:$missing"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1 || echo "The lists of Debian's packages could not be fetched."
  for one in $missing; do
    apt-get install -y -qq --no-install-recommends "$one" >/dev/null 2>&1 ||
      echo "Debian's $one could not be installed."
  done
fi

clients=tests/clients/node
has_npm && [ ! -d $clients/node_modules ] && (cd $clients && npm ci --silent --no-audit --no-fund >/dev/null 2>&1 || true)
has_client() { command -v node >/dev/null && [ -d $clients/node_modules ]; }

ignored="--ignore=tests/architecture --ignore=tests/docs"
chosen=""
left_out=no
without() { # lane, what it needs, how to get it
  echo "The $1 lane is left out: it needs $2 ($3)."
  left_out=yes
}

has_java || { without Spark "Java 17 or newer" "Debian: apt-get install default-jre-headless"; chosen="not spark"; }
has_chromium || { without browser "Chromium" "Debian: apt-get install chromium"; ignored="$ignored --ignore=tests/browser"; }
has_client || without "Node client" "Node with npm, and npm ci in $clients" "Debian: apt-get install npm"
has_postgresql || without PostgreSQL "PostgreSQL 14 or newer" "Debian: apt-get install postgresql"
if [ "$left_out" = yes ] && [ "${CI:-}" = true ]; then
  echo "With CI=true nothing may be left out."
  exit 1
fi

bin=${VENV:-.venv}/bin
make --no-print-directory check
# shellcheck disable=SC2086 # each is a list of words
"$bin/pytest" --numprocesses=2 --dist=loadgroup $ignored -m "$chosen" "$@"
if has_postgresql; then
  echo "The platform again, on PostgreSQL"
  # Tests that start processes of their own do so on both databases already: they are marked `once`.
  PYTHONPATH=tests "$bin/python" -m tests_support.postgresql \
    "$bin/pytest" tests/platform --numprocesses=2 --dist=loadgroup -m "not once" "$@"
fi
