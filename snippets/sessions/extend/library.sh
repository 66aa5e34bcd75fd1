# Kite as a library, and what its audit log says about it afterwards.
export KITE_DATA_DIR=$PWD/kite-data
kite init > init.txt
cp "$SNIPPETS/extend/open_room.py" .

# --8<-- [start:run]
python open_room.py
# --8<-- [end:run]

# background: until Logs
# silent
# --8<-- [start:up]
kite up
# --8<-- [end:up]
KITE_TOKEN=$(grep -o 'kt_[A-Za-z0-9_-]*' init.txt | head -n 1)
for _ in $(seq 100); do curl -sf http://127.0.0.1:8080/healthz > /dev/null && break; sleep 0.1; done
# --8<-- [start:audit]
curl -s -H "Authorization: Bearer $KITE_TOKEN" 'http://127.0.0.1:8080/v1/audit?target=room:tonight' |
  jq -r '.items[] | "\(.actor) \(.action) \(.target)"'
# --8<-- [end:audit]
# --8<-- [start:again]
python open_room.py 2>&1 | tail -n 1
# --8<-- [end:again]
stop up
