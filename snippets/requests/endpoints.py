"""Every endpoint of Kite once, with httpx. Needs KITE_TOKEN; KITE_API if Kite is elsewhere."""

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


def create_token() -> None:
    # --8<-- [start:create-token]
    token = api.post("/v1/tokens", json={"name": "billing"}).raise_for_status().json()
    print(token["id"], token["secret"])
    # --8<-- [end:create-token]


def list_tokens() -> None:
    # --8<-- [start:list-tokens]
    after = 0
    while after is not None:
        page = api.get("/v1/tokens", params={"limit": 200, "after": after})
        found = page.raise_for_status().json()
        for token in found["items"]:
            print(token["id"], token["hint"], token["state"], token["name"])
        after = found["next"]
    # --8<-- [end:list-tokens]


def revoke_token() -> None:
    # --8<-- [start:revoke-token]
    api.delete("/v1/tokens/2").raise_for_status()
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
    answer = api.patch("/v1/rooms/demo", json={"title": "Second light"})
    print(answer.raise_for_status().json()["title"])
    # --8<-- [end:change-room]


def delete_room() -> None:
    # --8<-- [start:delete-room]
    api.delete("/v1/rooms/demo").raise_for_status()
    # --8<-- [end:delete-room]


def ban_room() -> None:
    # --8<-- [start:ban-room]
    answer = api.post("/v1/rooms/demo/ban", json={"reason": "Copyright complaint 17"})
    if answer.status_code == 503:  # stored, but perhaps not cut: once more
        answer = api.post("/v1/rooms/demo/ban", json={"reason": "Copyright complaint 17"})
    print(answer.raise_for_status().json()["state"])
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
    key = api.post("/v1/rooms/demo/keys").raise_for_status().json()
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
    key = api.post("/v1/rooms/demo/keys/1/rotate").raise_for_status().json()
    print(key["stream_key"])
    # --8<-- [end:rotate-key]


def revoke_key() -> None:
    # --8<-- [start:revoke-key]
    answer = api.post("/v1/rooms/demo/keys/1/revoke")
    if answer.status_code == 503:  # stored, but perhaps not cut: once more
        answer = api.post("/v1/rooms/demo/keys/1/revoke")
    print(answer.raise_for_status().json()["state"])
    # --8<-- [end:revoke-key]
