"""The keys of an issuer, kept while they are good."""

from __future__ import annotations

import json
import logging
import threading
import time
import urllib.request
from typing import TYPE_CHECKING

import jwt

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)

# Seconds. Cognito rotates keys rarely, and has both while it does.
_FRESH_FOR = 3_600
# Whoever sends tokens with made-up key ids must not have the issuer asked each time.
_ASK_AGAIN_AFTER = 30
# Less than a function has; the issuer answers within some tens of milliseconds.
_HTTP_TIMEOUT = 2.0
# Many times what an issuer answers.
_MAX_ANSWER = 65_536


class NoKeys(Exception):  # noqa: N818  It is no error of the caller.
    """The issuer cannot be asked, and no keys are known."""


class Jwks:
    """Thread-safe."""

    def __init__(
        self,
        issuer: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        fetch: Callable[[str], bytes] | None = None,
    ) -> None:
        self._url = f"{issuer}/.well-known/jwks.json"
        self._clock = clock
        self._fetch = fetch or _get
        self._lock = threading.Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read_at = float("-inf")
        self._asked_at = float("-inf")

    def key(self, key_id: str) -> jwt.PyJWK | None:
        """None if the issuer has no such key."""
        with self._lock:
            now = self._clock()
            wanted = key_id not in self._keys or now >= self._read_at + _FRESH_FOR
            if wanted and now >= self._asked_at + _ASK_AGAIN_AFTER:
                self._asked_at = now
                self._read(now)
            if not self._keys:
                raise NoKeys
            return self._keys.get(key_id)

    def _read(self, now: float) -> None:
        try:
            keys = jwt.PyJWKSet.from_dict(json.loads(self._fetch(self._url))).keys
        except (OSError, ValueError, jwt.PyJWTError) as e:
            # Old keys go on to be good: an issuer that is away must not lock everybody out.
            _LOG.warning("No keys of the issuer: %s", type(e).__name__)
        else:
            self._keys = {key.key_id: key for key in keys if key.key_id}
            self._read_at = now


def _get(url: str) -> bytes:
    opener = urllib.request.build_opener(_NoRedirects)
    with opener.open(url, timeout=_HTTP_TIMEOUT) as response:
        answer: bytes = response.read(_MAX_ANSWER)
    return answer


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None
