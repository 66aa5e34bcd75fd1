cd "$SNIPPETS/.."
# silent
# --8<-- [start:update]
UPDATE_OUTPUTS=1 .venv/bin/pytest tests/snippets -k hello
# --8<-- [end:update]
