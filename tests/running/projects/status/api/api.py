"""Says how many times it was asked, and keeps the number in a file beside it."""

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ASKED = Path("asked")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        ASKED.write_text(str(int(ASKED.read_text()) + 1 if ASKED.exists() else 1))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"asked {ASKED.read_text()}\n".encode())


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("0.0.0.0", int(os.environ["PORT"])), Handler).serve_forever()
