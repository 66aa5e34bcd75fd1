# The calculator of the sizing page, with the examples that it works out.
cp "$SNIPPETS/deploy/sizing.py" .

# --8<-- [start:example]
python3 sizing.py --broadcasts 3 --viewers 300 --kbps 2500 --keyframe 2
# --8<-- [end:example]

# --8<-- [start:uplink]
python3 sizing.py --kbps 2500 --uplink 1000 | tail -n 1
# --8<-- [end:uplink]

# --8<-- [start:thousand]
python3 sizing.py --viewers 1000 --kbps 2000 | grep -E 'to viewers|worker_connections'
# --8<-- [end:thousand]
