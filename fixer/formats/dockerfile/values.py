"""Labels, environment and parent images of a Dockerfile, answered by dockerfile-parse on our instructions.

The library reads heredocs, comments in continuations and escape directives wrongly, and each of its setters writes at
once; so it gets the instructions from here, and may write nothing.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, NoReturn

from dockerfile_parse import DockerfileParser

from fixer.formats.dockerfile.document import DockerfileText


class Values(DockerfileParser):  # type: ignore[misc]  # dockerfile-parse ships no type information
    """Read-only view of the values in a file; what the library cannot split is left out as a whole.

    Variables are replaced in the values only with `env_replace`; such values must never go back into a file.
    """

    def __init__(self, file: DockerfileText, *, env_replace: bool = False) -> None:
        super().__init__(fileobj=io.BytesIO(), env_replace=env_replace)
        self._file = file

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a Dockerfile is changed by operations, not through its values")

    @property
    def structure(self) -> list[dict[str, Any]]:
        """The instructions as the library describes them; lines count from 0."""
        return [
            {
                "instruction": one.keyword,
                "startline": one.line - 1,
                "endline": one.end_line - 1,
                "content": one.source[one.start : one.end],
                "value": one.logical[one.block.keyword[1] :].strip(),
            }
            for one in self._file.instructions
        ]

    def _content(self) -> str:
        return self._file.source.text

    def _lines(self) -> list[str]:
        return [line + "\n" for line in self._content().removesuffix("\n").split("\n")]

    def _labels(self) -> Mapping[str, str]:
        return self._pairs("LABEL")

    def _envs(self) -> Mapping[str, str]:
        return self._pairs("ENV")

    def _args(self) -> Mapping[str, str]:
        return self._pairs("ARG")

    def _pairs(self, keyword: str) -> Mapping[str, str]:
        try:
            return dict(self._instruction_getter(keyword, env_replace=self.env_replace))
        except (ValueError, IndexError):
            return {}

    def _parent_images(self) -> list[str]:
        try:
            return list(DockerfileParser.parent_images.fget(self))
        except (ValueError, IndexError):
            return []

    def _baseimage(self) -> str | None:
        images = self._parent_images()
        return images[-1] if images else None

    def _cmd(self) -> str | None:
        value: str | None = DockerfileParser.cmd.fget(self)
        return value

    content = property(_content, _refuse)
    lines = property(_lines, _refuse)
    labels = property(_labels, _refuse)
    envs = property(_envs, _refuse)
    args = property(_args, _refuse)
    parent_images = property(_parent_images, _refuse)
    baseimage = property(_baseimage, _refuse)
    cmd = property(_cmd, _refuse)
    add_lines = _refuse
    add_lines_at = _refuse
