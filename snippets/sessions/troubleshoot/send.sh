# What goes to whoever helps: the bundle, what is masked in it, and text masked by hand.
. "$SNIPPETS/sessions/troubleshoot/lib.bash"
# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
clip test.flv 2 30
STREAM_KEY=$(stream_key demo)
publish test.flv "$STREAM_KEY"
echo "a plugin wrote: rtmp://198.51.100.7/live/$STREAM_KEY from lin@example.com" >> "$KITE_DATA_DIR/logs/kite.log"

# --8<-- [start:bundle]
kite support-bundle report.tar.gz
# --8<-- [end:bundle]

# --8<-- [start:inside]
tar -tzf report.tar.gz
# --8<-- [end:inside]

# --8<-- [start:masked]
grep -o 'a plugin wrote.*' "$KITE_DATA_DIR/logs/kite.log" | sed 's/key=kk_.*from/key=<the whole secret> from/'
tar -xzOf report.tar.gz logs/kite.log | grep -o 'a plugin wrote.*'
# --8<-- [end:masked]

# --8<-- [start:none]
tar -xzOf report.tar.gz | grep -cE 'k[kt]_[A-Za-z0-9_-]{7,}|whsec_[A-Za-z0-9]{7,}' || echo "no secret"
# --8<-- [end:none]

# --8<-- [start:names]
tar -xzOf report.tar.gz logs/kite.log | grep -o 'room=[a-z0-9-]*' | sort | uniq -c
# --8<-- [end:names]

# --8<-- [start:facts]
python3 facts.py demo > facts.txt; wc -l < facts.txt
# --8<-- [end:facts]
