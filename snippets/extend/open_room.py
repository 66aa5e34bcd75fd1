"""Open a room from a program of our own, in its own name and with no more rights than it needs."""

from kite import keys, rooms
from kite.context import open_kite
from kite.permissions import Actor
from kite.settings_load import load

# --8<-- [start:open]
kite = open_kite(load().settings, Actor("program:booking", "operator"))
room = rooms.create(kite, "tonight", {"title": "Tonight at eight"})
key, secret = keys.create(kite, room.id)
print(f"{room.id}: {room.title}, stream key {key.id}")  # secret.plain goes to the broadcaster
# --8<-- [end:open]
