# A new version of a plugin, and one that is for another Kite.
. "$SNIPPETS/sessions/extend/lib.bash"
kite init > /dev/null
printf 'refuse = ["spam"]\n' > kite-data/word-filter.toml
python -m pip wheel --quiet --no-deps --wheel-dir dist ./kite-word-filter
python -m pip install --quiet dist/kite_word_filter-1.0.0-py3-none-any.whl
sed -i 's/^version = .*/version = "1.1.0"/' kite-word-filter/pyproject.toml

# --8<-- [start:build]
python -m pip wheel --quiet --no-deps --wheel-dir dist ./kite-word-filter
ls dist
# --8<-- [end:build]

# --8<-- [start:upgrade]
python -m pip install --quiet --no-index dist/kite_word_filter-1.1.0-py3-none-any.whl
kite plugin list
# --8<-- [end:upgrade]

# --8<-- [start:back]
python -m pip install --quiet --no-index dist/kite_word_filter-1.0.0-py3-none-any.whl
kite plugin list
# --8<-- [end:back]

# --8<-- [start:freeze]
python -c 'from importlib.metadata import entry_points
for plugin in entry_points(group="kite.plugins"):
    print(f"{plugin.dist.name}=={plugin.dist.version}")'
# --8<-- [end:freeze]

sed -i 's/^version = .*/version = "2.0.0"/; s/kite-live>=0.2,<0.3/kite-live>=0.3,<0.4/' kite-word-filter/pyproject.toml
python -m pip wheel --quiet --no-deps --wheel-dir dist ./kite-word-filter
# exit: 1
# --8<-- [start:wrong-kite]
python -m pip install --quiet --no-index dist/kite_word_filter-2.0.0-py3-none-any.whl
# --8<-- [end:wrong-kite]

sed -i 's/api = 1/api = 2/' kite-word-filter/kite_word_filter.py
python -m pip wheel --quiet --no-deps --wheel-dir dist ./kite-word-filter
python -m pip install --quiet --no-deps dist/kite_word_filter-2.0.0-py3-none-any.whl
# --8<-- [start:wrong-api]
kite plugin list --json 2> /dev/null | jq -r '.[].problem'
# --8<-- [end:wrong-api]
