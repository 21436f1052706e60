"""Why there is no answer: one exception, with a clause that a person can read and that holds no secret."""

from __future__ import annotations

TOTAL_SECONDS = 90.0
"""What one look-up may take in all, waiting and retries included."""


class Failure(Exception):
    """There is no usable answer.

    `clause` says why, without full stop, credentials and URLs. `again` is true where a second try may help.
    `connection` is true where the host could not be talked to at all, `tls` where it does not speak TLS.
    `doubt` is true where the server has contradicted itself, so that nothing else it said counts either.
    """

    def __init__(
        self, clause: str, *, again: bool = False, connection: bool = False, tls: bool = False, doubt: bool = False
    ) -> None:
        super().__init__(clause)
        self.clause = clause
        self.again = again
        self.connection = connection
        self.tls = tls
        self.doubt = doubt

    def repeated(self) -> Failure:
        """Return the same for somebody else."""
        return Failure(self.clause, connection=self.connection, tls=self.tls)
