"""Tries inputs in a process of its own, which may hang, swallow memory or die without harm to anybody else.

Each line on standard input is a request (target, files, the broken one, seconds). On standard output a first line says
that the process is ready; each further line answers a request.
"""

from __future__ import annotations

import base64
import gc
import json
import resource
import signal
import sys
import time

from fuzz.targets import verdict

MEMORY = 600_000  # KB at the peak
ADDRESS_SPACE = 3 * 1024**3


class Hang(BaseException):
    """The time of an input is up; no `except Exception` may swallow it."""


def ring(*_: object) -> None:
    raise Hang


def answer(request: dict[str, object]) -> dict[str, object]:
    target, broken = str(request["target"]), str(request["broken"])
    assert isinstance(request["files"], dict)
    seconds = float(str(request["seconds"]))
    files = {path: base64.b64decode(data) for path, data in request["files"].items()}
    start = time.process_time()
    # The time of this process counts, not the clock: others may be busy on the machine.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        found = verdict(target, files, broken)
    except Hang:
        found = f"{target}: no end within {seconds:g} s"
    except MemoryError:
        found = f"{target}: out of memory"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if found is None and peak > MEMORY:
        found = f"{target}: more than {MEMORY // 1000} MB"

    return {"verdict": found, "seconds": time.process_time() - start, "peak": peak}


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    signal.signal(signal.SIGPROF, ring)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    gc.freeze()
    say("ready")
    for line in sys.stdin:
        say(json.dumps(answer(json.loads(line))))


if __name__ == "__main__":
    main()
