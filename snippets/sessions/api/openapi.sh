# What changed between two versions of the API, from their OpenAPI documents.
cp "$SNIPPETS/requests/compare_openapi.py" .
kite openapi >openapi-0.2.0.json
# As an older version might have been: without an endpoint, with a field that is gone today.
python3 - <<'EOF'
import json
document = json.load(open("openapi-0.2.0.json", encoding="utf-8"))
del document["paths"]["/v1/rooms/{room}/play-links"]
document["components"]["schemas"]["RoomView"]["properties"]["cover"] = {"type": "string"}
json.dump(document, open("openapi-old.json", "w", encoding="utf-8"))
EOF

# --8<-- [start:same]
kite openapi >openapi-running.json
python3 compare_openapi.py openapi-0.2.0.json openapi-running.json
# --8<-- [end:same]

# exit: 1
# --8<-- [start:changed]
python3 compare_openapi.py openapi-old.json openapi-running.json
# --8<-- [end:changed]
