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
kite support-bundle report.tar.gz
# --8<-- [end:collect]

# --8<-- [start:inside]
tar -tzf report.tar.gz
# --8<-- [end:inside]

# --8<-- [start:check]
tar -xzOf report.tar.gz | grep -oE 'k[kt]_[A-Za-z0-9_-]{7,}' | wc -l
# --8<-- [end:check]
