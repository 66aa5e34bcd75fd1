# Which source is this? The version it says, and the git tree of the product, with and without git's history.
source=$SNIPPETS/..
cp -R "$source/snippets" .
find snippets -name __pycache__ -prune -exec rm -r {} +
# --8<-- [start:version]
kite --version
# --8<-- [end:version]

# --8<-- [start:tree]
git init --quiet
git add snippets/kite
git write-tree --prefix=snippets/kite/
# --8<-- [end:tree]
[ "$(cat "$RUN/tree.out")" ] || exit 1
