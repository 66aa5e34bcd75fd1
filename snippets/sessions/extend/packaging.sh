# Keep a change to Kite's own source as a patch, and carry it to the next release.
export KITE_DATA_DIR=$PWD/kite-data
cp -r "$SNIPPETS/kite" release
find release -name __pycache__ -prune -exec rm -r {} +
cp -r release next
cp -r release kite
sed -i 's/TIMEOUT_SECONDS = 2.0/TIMEOUT_SECONDS = 3.0/' kite/media.py

# exit: 1
# --8<-- [start:diff]
diff -ru -x __pycache__ release kite > acme.patch
# --8<-- [end:diff]

# aside
# --8<-- [start:patch]
cat acme.patch
# --8<-- [end:patch]

# --8<-- [start:try]
patch -p1 --dry-run -d next < acme.patch
# --8<-- [end:try]

# --8<-- [start:apply]
patch -p1 -d next < acme.patch
# --8<-- [end:apply]

cp -r release other
sed -i 's/^TIMEOUT_SECONDS.*/TIMEOUT = 1.0/; s/nginx is on this machine.*/changed/' other/media.py
# aside
# exit: 1
# --8<-- [start:conflict]
patch -p1 --dry-run -d other < acme.patch
# --8<-- [end:conflict]

rm -r kite
mv next kite
# --8<-- [start:mark]
sed -i 's/^__version__ = "\(.*\)"/__version__ = "\1+acme.1"/' kite/__init__.py
python -m kite --version
# --8<-- [end:mark]

# --8<-- [start:manifest]
python -m kite init > /dev/null
python -m kite backup today.tar.gz
tar -xzOf today.tar.gz manifest.json | jq -r .kite_version
# --8<-- [end:manifest]

# exit: 1
# --8<-- [start:compare]
diff -rq -x __pycache__ release kite
# --8<-- [end:compare]

cd "$SNIPPETS/.." || exit
# silent
# --8<-- [start:tests]
.venv/bin/python -m pytest -q tests/kite/test_errors.py tests/kite/test_truth.py
# --8<-- [end:tests]
