"""Which files a run is about, and how they are read and written: nothing is lost, nothing leaves the root."""

from fixer.files.access import SIZE_LIMIT, FileProblem, Stamp, check_unchanged, read_bytes
from fixer.files.discovery import Discovery, Skipped, discover, find_root
from fixer.files.writing import write_atomic

__all__ = [
    "SIZE_LIMIT",
    "Discovery",
    "FileProblem",
    "Skipped",
    "Stamp",
    "check_unchanged",
    "discover",
    "find_root",
    "read_bytes",
    "write_atomic",
]
