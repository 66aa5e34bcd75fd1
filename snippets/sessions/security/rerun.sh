# The tests behind a promise, run again by whoever wants to see them; here one file of them.
cd "$SNIPPETS/.." || exit
export PYTHONDONTWRITEBYTECODE=1
# silent
# --8<-- [start:rerun]
.venv/bin/python -m pytest -n 0 -q -p no:cacheprovider tests/kite/test_permissions.py
# --8<-- [end:rerun]
