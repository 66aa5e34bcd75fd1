"""Every endpoint of Kite once, with httpx.

Needs KITE_TOKEN, PASSWORD for the sign-in, and KITE_API if Kite is elsewhere.
"""

# --8<-- [start:client]
import os

import httpx

api = httpx.Client(
    base_url=os.environ.get("KITE_API", "http://127.0.0.1:8080"),
    headers={"Authorization": f"Bearer {os.environ['KITE_TOKEN']}"},
    timeout=15,
)
# --8<-- [end:client]


def health() -> None:
    # --8<-- [start:health]
    import httpx

    answer = httpx.get("http://127.0.0.1:8080/healthz", timeout=5)
    print(answer.raise_for_status().json()["version"])
    # --8<-- [end:health]


def ready() -> None:
    # --8<-- [start:ready]
    import httpx

    answer = httpx.get("http://127.0.0.1:8080/readyz", timeout=5)
    print(answer.status_code, answer.json()["failing"])
    # --8<-- [end:ready]


def metrics() -> None:
    # --8<-- [start:metrics]
    text = api.get("/metrics").raise_for_status().text
    print(next(line for line in text.splitlines() if line.startswith("kite_viewers ")))
    # --8<-- [end:metrics]


def create_token() -> None:
    # --8<-- [start:create-token]
    answer = api.post(
        "/v1/tokens",
        json={
            "name": "web",
            "role": "viewer",
            "scopes": ["room.read", "play.sign"],
            "expires_at": "2036-01-31T20:00:00Z",
        },
    )
    token = answer.raise_for_status().json()
    print(token["id"], token["secret"])
    # --8<-- [end:create-token]


def list_tokens() -> None:
    # --8<-- [start:list-tokens]
    after = 0
    while after is not None:
        page = api.get("/v1/tokens", params={"limit": 200, "after": after})
        found = page.raise_for_status().json()
        for token in found["items"]:
            print(token["id"], token["hint"], token["state"], token["role"], token["name"])
        after = found["next"]
    # --8<-- [end:list-tokens]


def revoke_token() -> None:
    # --8<-- [start:revoke-token]
    api.delete("/v1/tokens/3").raise_for_status()
    # --8<-- [end:revoke-token]


def create_room() -> None:
    # --8<-- [start:create-room]
    answer = api.post("/v1/rooms", json={"id": "demo", "title": "First light"})
    if answer.status_code == 409:  # ROOM_EXISTS: created by an earlier attempt
        answer = api.get("/v1/rooms/demo")
    room = answer.raise_for_status().json()
    print(room["play_urls"]["hls"])
    # --8<-- [end:create-room]


def list_rooms() -> None:
    # --8<-- [start:list-rooms]
    after = ""
    while after is not None:
        page = api.get("/v1/rooms", params={"limit": 200, "after": after})
        found = page.raise_for_status().json()
        for room in found["items"]:
            print(room["id"], room["state"], room["title"])
        after = found["next"]
    # --8<-- [end:list-rooms]


def show_room() -> None:
    # --8<-- [start:show-room]
    room = api.get("/v1/rooms/demo").raise_for_status().json()
    print(room["state"], room["live_since"])
    # --8<-- [end:show-room]


def change_room() -> None:
    # --8<-- [start:change-room]
    answer = api.patch(
        "/v1/rooms/demo", json={"title": "Second light", "category": "music", "record": True}
    )
    room = answer.raise_for_status().json()
    print(room["title"], room["category"])
    # --8<-- [end:change-room]


def delete_room() -> None:
    # --8<-- [start:delete-room]
    api.delete("/v1/rooms/demo").raise_for_status()
    # --8<-- [end:delete-room]


def ban_room() -> None:
    # --8<-- [start:ban-room]
    ban = {"reason": "Copyright complaint 17", "until": "2036-01-31T20:00:00Z"}
    answer = api.post("/v1/rooms/demo/ban", json=ban)
    if answer.status_code == 503:  # stored, but perhaps not cut: once more
        answer = api.post("/v1/rooms/demo/ban", json=ban)
    room = answer.raise_for_status().json()
    print(room["state"], room["banned_until"])
    # --8<-- [end:ban-room]


def unban_room() -> None:
    # --8<-- [start:unban-room]
    room = api.post("/v1/rooms/demo/unban").raise_for_status().json()
    print(room["state"])
    # --8<-- [end:unban-room]


def stop_room() -> None:
    # --8<-- [start:stop-room]
    answer = api.post("/v1/rooms/demo/stop")
    if answer.status_code == 409:  # ROOM_NOT_LIVE: nothing to cut
        print("not live")
    else:
        print(answer.raise_for_status().json()["state"])
    # --8<-- [end:stop-room]


def create_key() -> None:
    # --8<-- [start:create-key]
    wanted = {"user": "mei", "expires_at": "2036-01-31T20:00:00Z"}  # both may be left out
    key = api.post("/v1/rooms/demo/keys", json=wanted).raise_for_status().json()
    print(key["publish_url"])  # server field of the encoder
    print(key["stream_key"])  # stream key field; shown only in this answer
    # --8<-- [end:create-key]


def list_keys() -> None:
    # --8<-- [start:list-keys]
    keys = api.get("/v1/rooms/demo/keys").raise_for_status().json()
    for key in keys["items"]:
        print(key["id"], key["hint"], key["state"], key["last_used_at"])
    # --8<-- [end:list-keys]


def rotate_key() -> None:
    # --8<-- [start:rotate-key]
    answer = api.post("/v1/rooms/demo/keys/1/rotate", json={"grace_seconds": 3600})
    key = answer.raise_for_status().json()
    print(key["stream_key"])  # the old one is accepted until key["previous_until"]
    # --8<-- [end:rotate-key]


def revoke_key() -> None:
    # --8<-- [start:revoke-key]
    answer = api.post("/v1/rooms/demo/keys/1/revoke")
    if answer.status_code == 503:  # stored, but perhaps not cut: once more
        answer = api.post("/v1/rooms/demo/keys/1/revoke")
    print(answer.raise_for_status().json()["state"])
    # --8<-- [end:revoke-key]


def create_user() -> None:
    # --8<-- [start:create-user]
    user = {"name": "mei", "role": "moderator", "password": os.environ["PASSWORD"]}
    answer = api.post("/v1/users", json=user)
    if answer.status_code == 409:  # USER_EXISTS: created by an earlier attempt
        answer = api.patch("/v1/users/mei", json={"role": "moderator"})
    print(answer.raise_for_status().json()["role"])
    # --8<-- [end:create-user]


def sign_in() -> None:
    # --8<-- [start:sign-in]
    answer = api.post("/v1/sign-in", json={"user": "mei", "password": os.environ["PASSWORD"]})
    token = answer.raise_for_status().json()
    print(token["role"], token["expires_at"])  # token["secret"] is the access token
    # --8<-- [end:sign-in]


def list_users() -> None:
    # --8<-- [start:list-users]
    after = 0
    while after is not None:
        page = api.get("/v1/users", params={"limit": 200, "after": after})
        found = page.raise_for_status().json()
        for user in found["items"]:
            print(user["name"], user["role"], "banned" if user["banned"] else "")
        after = found["next"]
    # --8<-- [end:list-users]


def change_user() -> None:
    # --8<-- [start:change-user]
    answer = api.patch("/v1/users/mei", json={"role": "operator"})
    print(answer.raise_for_status().json()["role"])
    # --8<-- [end:change-user]


def ban_user() -> None:
    # --8<-- [start:ban-user]
    ban = {"reason": "Shares her account"}
    answer = api.post("/v1/users/mei/ban", json=ban)
    if answer.status_code == 503:  # stored, but perhaps not cut: once more
        answer = api.post("/v1/users/mei/ban", json=ban)
    print(answer.raise_for_status().json()["banned"])
    # --8<-- [end:ban-user]


def unban_user() -> None:
    # --8<-- [start:unban-user]
    user = api.post("/v1/users/mei/unban").raise_for_status().json()
    print(user["banned"])
    # --8<-- [end:unban-user]


def delete_user() -> None:
    # --8<-- [start:delete-user]
    api.delete("/v1/users/mei").raise_for_status()
    # --8<-- [end:delete-user]


def list_broadcasts() -> None:
    # --8<-- [start:list-broadcasts]
    before = 0
    while before is not None:
        page = api.get("/v1/broadcasts", params={"room": "demo", "limit": 200, "before": before})
        found = page.raise_for_status().json()
        for one in found["items"]:
            print(one["id"], one["seconds"], one["peak_viewers"], one["reason"])
        before = found["next"]
    # --8<-- [end:list-broadcasts]


def stop_everything() -> None:
    # --8<-- [start:stop-everything]
    answer = api.post("/v1/emergency-stop", json={"reason": "Network attack"})
    if answer.status_code == 503:  # publishing is refused, but perhaps not all were cut: once more
        answer = api.post("/v1/emergency-stop", json={"reason": "Network attack"})
    print(answer.raise_for_status().json()["stopped"])
    # --8<-- [end:stop-everything]


def show_emergency() -> None:
    # --8<-- [start:show-emergency]
    emergency = api.get("/v1/emergency-stop").raise_for_status().json()
    print(emergency["stopped"], emergency["reason"])
    # --8<-- [end:show-emergency]


def lift_emergency() -> None:
    # --8<-- [start:lift-emergency]
    emergency = api.delete("/v1/emergency-stop").raise_for_status().json()
    print(emergency["stopped"])
    # --8<-- [end:lift-emergency]


def list_audit() -> None:
    # --8<-- [start:list-audit]
    before = 0
    while before is not None:
        page = api.get("/v1/audit", params={"target": "room:demo", "limit": 200, "before": before})
        found = page.raise_for_status().json()
        for entry in found["items"]:
            print(entry["at"], entry["actor"], entry["action"])
        before = found["next"]
    # --8<-- [end:list-audit]


def create_play_link() -> None:
    # --8<-- [start:create-play-link]
    answer = api.post("/v1/rooms/demo/play-links", json={"expires_in_seconds": 3600})
    link = answer.raise_for_status().json()
    print(link["hls"], link["expires_at"])
    # --8<-- [end:create-play-link]


def list_recordings() -> None:
    # --8<-- [start:list-recordings]
    before = 0
    while before is not None:
        page = api.get("/v1/recordings", params={"room": "demo", "limit": 200, "before": before})
        found = page.raise_for_status().json()
        for recording in found["items"]:
            print(recording["id"], recording["state"], recording["bytes"])
        before = found["next"]
    # --8<-- [end:list-recordings]


def show_recording() -> None:
    # --8<-- [start:show-recording]
    recording = api.get("/v1/recordings/1").raise_for_status().json()
    print(recording["state"])
    # --8<-- [end:show-recording]


def download_recording() -> None:
    # --8<-- [start:download-recording]
    from pathlib import Path

    with api.stream("GET", "/v1/recordings/1/file") as answer, Path("demo.mp4").open("wb") as file:
        answer.raise_for_status()
        for part in answer.iter_bytes():
            file.write(part)
    # --8<-- [end:download-recording]


def delete_recording() -> None:
    # --8<-- [start:delete-recording]
    api.delete("/v1/recordings/1").raise_for_status()
    # --8<-- [end:delete-recording]


def create_webhook() -> None:
    # --8<-- [start:create-webhook]
    wanted = {
        "url": "http://127.0.0.1:9000/kite",
        "events": ["broadcast.started", "broadcast.ended"],
    }
    webhook = api.post("/v1/webhooks", json=wanted).raise_for_status().json()
    print(webhook["id"], webhook["secret"])
    # --8<-- [end:create-webhook]


def list_webhooks() -> None:
    # --8<-- [start:list-webhooks]
    webhooks = api.get("/v1/webhooks").raise_for_status().json()
    for webhook in webhooks["items"]:
        print(webhook["id"], webhook["url"], ", ".join(webhook["events"]) or "all events")
    # --8<-- [end:list-webhooks]


def test_webhook() -> None:
    # --8<-- [start:test-webhook]
    delivery = api.post("/v1/webhooks/1/test").raise_for_status().json()
    print(delivery["id"], delivery["state"])
    # --8<-- [end:test-webhook]


def list_deliveries() -> None:
    # --8<-- [start:list-deliveries]
    before = 0
    while before is not None:
        page = api.get("/v1/deliveries", params={"state": "dead", "limit": 200, "before": before})
        found = page.raise_for_status().json()
        for delivery in found["items"]:
            print(delivery["id"], delivery["type"], delivery["attempts"], delivery["error"])
        before = found["next"]
    # --8<-- [end:list-deliveries]


def replay_delivery() -> None:
    # --8<-- [start:replay-delivery]
    delivery = api.post("/v1/deliveries/1/replay").raise_for_status().json()
    print(delivery["state"])
    # --8<-- [end:replay-delivery]


def delete_webhook() -> None:
    # --8<-- [start:delete-webhook]
    api.delete("/v1/webhooks/1").raise_for_status()
    # --8<-- [end:delete-webhook]
