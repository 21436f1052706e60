"""YAML: text to meaning and back, for files whose text must not change except where it is meant to."""

from fixer.formats.yaml.document import YamlDocument
from fixer.formats.yaml.events import event_source
from fixer.formats.yaml.file import YamlFile, parse
from fixer.formats.yaml.habits import Habits, KeyOrder
from fixer.formats.yaml.operations import AddDocument, Append, NewFile, Path, Put, Remove, Rename, Value
from fixer.formats.yaml.scalars import Profile, Tagged, truth
from fixer.formats.yaml.writing import render_file

__all__ = [
    "AddDocument",
    "Append",
    "Habits",
    "KeyOrder",
    "NewFile",
    "Path",
    "Profile",
    "Put",
    "Remove",
    "Rename",
    "Tagged",
    "Value",
    "YamlDocument",
    "YamlFile",
    "event_source",
    "parse",
    "render_file",
    "truth",
]
