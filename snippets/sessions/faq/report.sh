# What to send along with a question, and that no secret is in it.
. "$SNIPPETS/sessions/faq/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip test.flv 2 30
publish test.flv "$(stream_key demo)"
publish test.flv "demo?key=kk_mistyped"

# --8<-- [start:collect]
kite doctor > report.txt
tail -n 100 "$KITE_DATA_DIR"/logs/*.log >> report.txt
# --8<-- [end:collect]

# exit: 1
# --8<-- [start:check]
grep -cE 'k[kt]_' report.txt
# --8<-- [end:check]
