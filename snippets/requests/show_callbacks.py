"""Print every callback nginx sends, and allow it: to see the fields, in the place of Kite."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl


class Callbacks(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        print("POST", self.path)
        for name, value in parse_qsl(body, keep_blank_values=True):
            print(f"  {name} = {value}")
        print(flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    print("listening on 127.0.0.1:8080\n", flush=True)
    HTTPServer(("127.0.0.1", 8080), Callbacks).serve_forever()
