"""API at the end of the chain: calls no other app, says which version it is and which session it was called with."""
import json
import pathlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSION = pathlib.Path(__file__).with_name("version.txt").read_text().strip()


def describe(headers):
    return {"app": "terminal", "version": VERSION, "session": headers.get("x-dev-session"), "baggage": headers.get("baggage")}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = (b"ok" if self.path == "/healthz" else json.dumps(describe(self.headers)).encode())
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    # five at once, the default, is too few under load
    request_queue_size = 128


if __name__ == "__main__":
    Server(("", 5000), Handler).serve_forever()
