"""Adds a line to a file in a volume now and then."""

import signal
import sys
import time
from pathlib import Path

KEPT = Path("/var/lib/archive/kept")

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True:
    with KEPT.open("a") as file:
        file.write("one more\n")

    sys.stdout.write(f"kept {len(KEPT.read_text().splitlines())}\n")
    sys.stdout.flush()
    time.sleep(0.5)
