"""The figures as plain text."""

from __future__ import annotations

from measure import Cost

_HEAD = f"{'':44s} {'files':>6s} {'CPU s':>8s} {'wall s':>8s} {'MB':>5s} {'files/s':>8s}"


def title(text: str) -> None:
    """Begin a table."""
    print(f"\n{text}\n{_HEAD}", flush=True)


def row(name: str, files: int, found: Cost, beside: Cost | None = None) -> Cost:
    """Print one measurement, with its CPU time as a multiple of the one it stands beside; return it."""
    rate = f"{files / found.cpu:8.0f}" if files > 1 else f"{'':8s}"
    ratio = f"  {found.cpu / beside.cpu:6.1f} x" if beside else ""
    print(f"{name:44s} {files:6d} {found.cpu:8.3f} {found.wall:8.3f} {found.memory:5.0f} {rate}{ratio}", flush=True)
    return found


def missing(name: str, reason: str) -> None:
    """Print why something is not measured."""
    print(f"{name:44s} not measured: {reason}", flush=True)
