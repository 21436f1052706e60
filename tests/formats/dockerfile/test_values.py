"""dockerfile-parse answers value questions on our instructions and writes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from formats.dockerfile.edits import parsed

from fixer.formats.dockerfile.values import Values

TEXT = """\
# escape=`
ARG V=1
FROM a:$V AS b
RUN <<E
FROM heredoc
LABEL no=no
