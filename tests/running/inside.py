"""What `run.py` runs in namespaces of its own: start a Docker daemon, make the base images, run the tests, stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from running.daemon import daemon
from running.images import provide

HERE = Path(__file__).parent
# The address at which slirp4netns answers questions for names, and asks the machine's own resolver.
RESOLVER = "10.0.2.3"
HIDDEN = (Path("/run"), Path("/var/lib/containers"))


def main() -> int:
    folder = Path(sys.argv[1])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    hide()
    network(folder)
    with daemon(folder / "docker") as socket:
        os.environ["DOCKER_HOST"] = f"unix://{socket}"
        started = time.monotonic()
        provide()
        sys.stderr.write(f"run-tests: base images after {time.monotonic() - started:.0f} s\n")
        return tests(sys.argv[2:])


def hide() -> None:
    """Keep what programs leave in folders of the machine from it, and the machine's own services from them."""
    os.environ.pop("XDG_RUNTIME_DIR", None)
    for folder in HIDDEN:
        if folder.is_dir():
            subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(folder)], check=True)


def network(folder: Path) -> None:
    """Wait for the way out, and ask for names over it."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    resolver = folder / "resolv.conf"
    resolver.write_text(f"nameserver {RESOLVER}\n")
    target = Path(os.path.realpath("/etc/resolv.conf"))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch()
    subprocess.run(["mount", "--bind", str(resolver), str(target)], check=True)
    for _ in range(300):
        shown = subprocess.run(["ip", "-brief", "address"], check=True, capture_output=True, text=True)
        if "tap0" in shown.stdout and "10.0.2" in shown.stdout:
            return

        time.sleep(0.1)

    raise SystemExit("run-tests: slirp4netns gives no network: " + (folder / "network.log").read_text())


def tests(arguments: list[str]) -> int:
    """Run the tests of this folder; one process waits for containers while the other works."""
    environment = {**os.environ, "FIXER_RUN": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadscope", "--durations", "8"]
    return subprocess.run([*command, *(arguments or [str(HERE)])], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
