"""Serve the book and rebuild it when a page, the package or the configuration changes."""

import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from pages import HTML, ROOT
from watchfiles import watch

PORT = 8000


def build():
    return subprocess.run([sys.executable, ROOT / "tools" / "build_book.py"], cwd=ROOT).returncode


def main():
    if build():
        print("Waiting for a change that mends it.", flush=True)
    handler = partial(SimpleHTTPRequestHandler, directory=HTML)
    server = ThreadingHTTPServer(("127.0.0.1", PORT), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Serving http://localhost:{PORT} – stop with Ctrl-C", flush=True)
    watched = [ROOT / name for name in ("book", "lstm_edu", "_config.yml", "_toc.yml")]
    for _ in watch(*watched, raise_interrupt=False):
        build()


if __name__ == "__main__":
    main()
