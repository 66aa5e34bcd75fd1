#!/usr/bin/env bash
# Build /opt/kite/releases/VERSION from this source tree and print VERSION. Nothing that runs is touched.
set -euo pipefail
umask 022
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$source/snippets/kite/__init__.py")
release=/opt/kite/releases/$version
if [[ -x $release/bin/kite ]]; then
  echo "$release exists already and is kept" >&2
  echo "$version"
  exit
fi
tools=$(mktemp -d)
trap 'rm -rf "$tools"; [[ -n ${built-} ]] || rm -rf "$release"' EXIT

# --8<-- [start:release]
python3 -m venv "$release"
pip=("$release/bin/python" -m pip --quiet --no-input --disable-pip-version-check)
"${pip[@]}" install --require-hashes -r "$here/kite.lock"
"${pip[@]}" install --no-compile --require-hashes -r "$source/build.lock" --target "$tools"
PYTHONPATH=$tools "${pip[@]}" install --no-deps --no-build-isolation "$source/snippets"
# --8<-- [end:release]

cp -R "$here" "$release/deploy"
built=yes
echo "$version"
