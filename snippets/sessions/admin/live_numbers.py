"""Who is live on this server, at which bitrate, with how many RTMP players: reads nginx's /stat."""

import sys
from urllib.request import urlopen
from xml.etree import ElementTree

address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8089/stat"
with urlopen(address, timeout=2) as answer:  # noqa: S310 - the operator's own server
    root = ElementTree.parse(answer).getroot()  # noqa: S314

for stream in root.iterfind(".//application[name='live']/live/stream"):
    publishers = len(stream.findall("client[publishing]"))
    players = len(stream.findall("client")) - publishers
    bits = int(stream.findtext("bw_in", "0"))
    name = stream.findtext("name", "")
    state = "live" if publishers else "waiting"
    print(f"{name}  {state}  {bits / 1000:.0f} kbits/s  RTMP players: {players}")
