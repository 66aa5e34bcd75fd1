# Kite 0.2 over the database of Kite 0.1, and Kite 0.1's tables again.
. "$SNIPPETS/sessions/faq/lib.bash"
mkdir -p "$KITE_DATA_DIR"
python3 -c '
import pathlib, sqlite3, sys
sqlite3.connect(sys.argv[2]).executescript(pathlib.Path(sys.argv[1]).read_text())
' "$SNIPPETS/../tests/kite/kite-0.1.sql" "$KITE_DATA_DIR/kite.db"

# exit: 1
# --8<-- [start:up]
kite up
# --8<-- [end:up]

# --8<-- [start:upgrade]
kite upgrade
# --8<-- [end:upgrade]

# background: until Logs
# silent
# --8<-- [start:running]
kite up
# --8<-- [end:running]

# --8<-- [start:rooms]
kite room list | head -n 3
# --8<-- [end:rooms]

# exit: 1
# --8<-- [start:while-running]
kite upgrade --to 0001
# --8<-- [end:while-running]
stop running

# --8<-- [start:back]
kite upgrade --to 0001
# --8<-- [end:back]
