#!/bin/sh
# Fetches the one script that is not our own, and checks it against vendor.json. Needs npm; running Dangol does not.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
folder="$here/src/dangol/platform/web/static/console/vendor"
version=2.0.11
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "htmx.org@$version"
tar xzf "htmx.org-$version.tgz"
cp package/dist/htmx.min.js "$folder/htmx-$version.min.js"
cp package/LICENSE "$folder/htmx-LICENSE"
cd "$folder"
echo "archive $(sha256sum "$work/htmx.org-$version.tgz" | cut -d' ' -f1)"
sha256sum "htmx-$version.min.js" htmx-LICENSE | while read -r hash file; do
  grep -q "\"$file\": \"$hash\"" vendor.json || { echo "$file is not the file that vendor.json names: $hash" >&2; exit 1; }
done
