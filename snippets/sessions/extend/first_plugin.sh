# The steps of “Your first plugin in ten minutes”.
. "$SNIPPETS/sessions/extend/lib.bash"

# --8<-- [start:start]
kite --version
which python
# --8<-- [end:start]

kite init > /dev/null
# --8<-- [start:rules]
cat > "$KITE_DATA_DIR/word-filter.toml" <<'END'
refuse = ["spam"]
mask = ["damn"]
open_from = 0
open_until = 24
END
# --8<-- [end:rules]

# --8<-- [start:install]
python -m pip wheel --quiet --no-deps --wheel-dir dist ./kite-word-filter
python -m pip install --quiet --no-index dist/kite_word_filter-1.0.0-py3-none-any.whl
kite plugin list
# --8<-- [end:install]

# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
until_answering

# exit: 1
# --8<-- [start:refused]
kite room create shop --title "Cheap SPAM here"
# --8<-- [end:refused]

# --8<-- [start:masked]
kite room create shop --title "A damn good show"
# --8<-- [end:masked]

# --8<-- [start:doctor]
kite doctor | grep -E 'plugins|word-filter'
# --8<-- [end:doctor]

until_logged shop "$KITE_DATA_DIR/logs/word-filter.jsonl"
# --8<-- [start:events]
cat "$KITE_DATA_DIR/logs/word-filter.jsonl"
# --8<-- [end:events]

stop up
# --8<-- [start:disabled]
KITE_DISABLED_PLUGINS=word-filter kite plugin list
# --8<-- [end:disabled]

# --8<-- [start:undone]
python -m pip uninstall --quiet --yes kite-word-filter
rm "$KITE_DATA_DIR/word-filter.toml" "$KITE_DATA_DIR/logs/word-filter.jsonl"
kite plugin list
# --8<-- [end:undone]
