"""Facts across files: what the files of one run say about each other."""

from fixer.project.disk import Disk
from fixer.project.project import Project

__all__ = ["Disk", "Project"]
