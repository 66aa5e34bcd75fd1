"""Receive the webhooks of Kite: check who sent them, do each event once, answer quickly.

Needs WEBHOOK_SECRET, the `secret` of the answer that created the webhook.
"""

# --8<-- [start:program]
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE_SECONDS = 300


def is_genuine(secret: str, header: str, body: bytes) -> bool:
    """Whether Kite signed these bytes with the secret of this webhook, in the last 5 minutes."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    sent_at = parts.get("t", "")
    if not sent_at.isdecimal() or abs(time.time() - int(sent_at)) > TOLERANCE_SECONDS:
        return False
    signed = f"{sent_at}.".encode() + body  # the bytes as they came, not parsed and written again
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), parts.get("v1", "").encode())


done: set[int] = set()  # in earnest a table with a unique column, so that it outlasts a restart


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signature = self.headers.get("Kite-Signature", "")
        if not is_genuine(os.environ["WEBHOOK_SECRET"], signature, body):
            self.send_response(401)
            self.end_headers()
            return
        event = json.loads(body)
        if event["id"] not in done:  # a repeated delivery has the same id
            done.add(event["id"])
            print(event["id"], event["type"], event["data"], flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    print("listening on 127.0.0.1:9000", flush=True)
    HTTPServer(("127.0.0.1", 9000), Receiver).serve_forever()
# --8<-- [end:program]
