"""An answer as http.client reads it, and never an informational one: http.client itself knows of 100 only."""

from __future__ import annotations

import http.client

_INFORMATIONAL = range(100, 200)
_SWITCHING_PROTOCOLS = 101


class FinalAnswer(http.client.HTTPResponse):
    """The answer that counts: what comes before it, of whatever status from 100 to 199, is read and dropped.

    A 101 is not dropped (RFC 9110, 15.2.2): what follows it is no longer HTTP.
    """

    def _read_status(self) -> tuple[str, int, str]:
        """Version, status and reason of the answer that counts, as `begin` asks for them."""
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc] # not among the types, since Python 2
            if status not in _INFORMATIONAL or status == _SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)
