"""Works off a queue: counts, and keeps the count in a file of its home."""

import signal
import sys
import time
from pathlib import Path

COUNT = Path("count")


def stop(*_: object) -> None:
    sys.stdout.write("stopped in order\n")
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
while True:
    count = int(COUNT.read_text()) + 1 if COUNT.exists() else 1
    COUNT.write_text(str(count))
    sys.stdout.write(f"done {count}\n")
    sys.stdout.flush()
    time.sleep(0.5)
