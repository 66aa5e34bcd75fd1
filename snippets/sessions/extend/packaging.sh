# Keep a change to Kite's own source as a patch, and carry it to the next release.
cp -r "$SNIPPETS/kite" release
cp -r release next
rm -rf release/__pycache__ next/__pycache__
cp -r release kite
sed -i 's/TIMEOUT_SECONDS = 2.0/TIMEOUT_SECONDS = 3.0/' kite/media.py

# exit: 1
# --8<-- [start:diff]
diff -ru -x __pycache__ release kite > acme.patch
# --8<-- [end:diff]

# --8<-- [start:patch]
cat acme.patch
# --8<-- [end:patch]

# --8<-- [start:try]
patch -p1 --dry-run -d next < acme.patch
# --8<-- [end:try]

# --8<-- [start:apply]
patch -p1 -d next < acme.patch
# --8<-- [end:apply]

sed -i 's/^TIMEOUT_SECONDS.*/TIMEOUT = 1.0/; s/nginx is on this machine.*/changed/' release/media.py
# exit: 1
# --8<-- [start:conflict]
patch -p1 --dry-run -d release < acme.patch
# --8<-- [end:conflict]

# silent
# --8<-- [start:tests]
(cd "$SNIPPETS/.." && .venv/bin/python -m pytest -q tests/kite/test_errors.py)
# --8<-- [end:tests]
