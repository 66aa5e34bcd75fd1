"""Examples for the OpenAPI document, made from its schemas, so that none of them can be wrong."""

from collections.abc import Mapping
from typing import Any

VALUES: Mapping[str, object] = {
    "RoomView.id": "demo",
    "RoomCreate.id": "demo",
    "TokenView.name": "billing",
    "TokenSecret.name": "billing",
    "TokenView.hint": "kt_9fQ2xA",
    "TokenSecret.hint": "kt_9fQ2xA",
    "TokenSecret.secret": "kt_9fQ2xA…",
    "TokenView.scopes": ["room.read", "play.sign"],
    "TokenSecret.scopes": ["room.read", "play.sign"],
    "WebhookSecret.secret": "whsec_…",
    "UserView.name": "mei",
    "DeliveryView.event": 17,
    "DeliveryView.status": 200,
    "PlayLinkView.hls": "http://127.0.0.1:8088/hls/demo.m3u8?ticket=…",
    "PlayLinkView.rtmp": "rtmp://127.0.0.1:1935/live/demo?ticket=…",
    "AuditView.before": {"title": "First light"},
    "AuditView.after": {"title": "Second light"},
    "Health.version": "0.2.0",
    "Emergency.reason": None,
    "Emergency.since": None,
    "failing": [],
    "reason": "Copyright complaint 17",
    "next": None,
    "hint": "kk_3cFDek",
    "secret": "kk_3cFDek…",
    "stream_key": "demo?key=kk_3cFDek…",
    "publish_url": "rtmp://127.0.0.1:1935/live",
    "hls": "http://127.0.0.1:8088/hls/demo.m3u8",
    "rtmp": "rtmp://127.0.0.1:1935/live/demo",
    "room": "demo",
    "user": "mei",
    "title": "First light",
    "category": "games",
    "url": "https://example.com/kite",
    "events": ["room.banned"],
    "type": "room.banned",
    "actor": "user:mei",
    "action": "room.updated",
    "target": "room:demo",
    "request_id": "5f0c7d2be1a94c36",
    "expires_at": "2036-01-31T20:00:00Z",
    "seconds": 3600,
    "bytes_in": 1_125_000_000,
    "bytes": 1_125_000_000,
    "bitrate_kbps": 2500,
    "viewers": 12,
    "peak_viewers": 40,
    "video": "H264 1280x720 30 fps",
    "audio": "AAC 48 kHz",
}
"""What a field holds that no rule below fits, by its name, or by schema and name."""

ABSENT = ("ban", "locked", "revoked", "ended", "error", "plugin", "previous", "scheduled", "until")
"""Fields that may be null, and are in an ordinary case."""


def add(document: dict[str, Any]) -> None:
    """Give each request body and each JSON answer of a success an example."""
    shared = document["components"]["schemas"]
    for path in document["paths"].values():
        for operation in path.values():
            answers = [a for status, a in operation["responses"].items() if status < "300"]
            for holder in [*answers, operation.get("requestBody", {})]:
                for kind, content in holder.get("content", {}).items():
                    if kind == "application/json" and "schema" in content:
                        content["example"] = of(content["schema"], shared)


def of(schema: Mapping[str, Any], shared: Mapping[str, Any], name: str = "") -> object:
    """An example of what fits ``schema``; ``name`` is that of the field, ``Schema.field``."""
    field = name.rpartition(".")[2]
    if reference := schema.get("$ref"):
        target = reference.rpartition("/")[2]
        properties = shared[target].get("properties", {})
        return {key: of(value, shared, f"{target}.{key}") for key, value in properties.items()}
    if name in VALUES:
        return VALUES[name]
    if "examples" in schema:
        return schema["examples"][0]
    if options := schema.get("anyOf"):
        if field.startswith(ABSENT) and {"type": "null"} in options:
            return None
        return of(options[0], shared, name)
    if "enum" in schema:
        return schema["enum"][0]
    if field in VALUES:
        return VALUES[field]
    if schema.get("type") == "array":
        return [of(schema["items"], shared, name)]
    plain = {"integer": schema.get("minimum", 1), "boolean": False, "object": {}}
    if schema.get("format") == "date-time":
        return "2026-01-31T20:00:00Z"
    return schema.get("const", plain.get(schema.get("type", ""), "…"))
