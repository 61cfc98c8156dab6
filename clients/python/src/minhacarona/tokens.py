"""Tokens, by which a client proves who it is."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import os
import random
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

_LOG = logging.getLogger(__name__)

# token68 of RFC 9110, section 11.2.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")

# The services refuse longer ones; all headers of a call have 8 KB.
_MAX_LENGTH = 4_096

# After this part of its life, a token's successor is fetched.
_DUE = 0.8

# Pauses after a failed fetch, and between fetches that a refusal forced: they become longer while
# another token changes nothing, as when the resident's token is the one that was refused.
_FIRST_PAUSE, _MAX_PAUSE = 0.1, 60.0
_FIRST_FORCED_PAUSE, _MAX_FORCED_PAUSE = 30.0, 600.0


def check_token(value: str) -> str:
    """Returns a text that can be a token, and raises ValueError, which does not show it, if not."""
    if len(value) > _MAX_LENGTH or not _TOKEN.fullmatch(value):
        raise ValueError(f"A text of {len(value)} characters is no token")
    return value


@dataclass(frozen=True)
class Token:
    """A bearer token, and when services begin to refuse it, in seconds since 1970."""

    value: str = field(repr=False)
    expires_at: float

    def __post_init__(self) -> None:
        check_token(self.value)

    @staticmethod
    def of_jwt(value: str) -> Token:
        """A JWT says itself when it expires, in its claim `exp`."""
        try:
            payload = value.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            return Token(value, float(claims["exp"]))
        except (IndexError, KeyError, TypeError, ValueError, binascii.Error) as e:
            raise ValueError("This is no JWT with exp: return a Token with expires_at") from e


TokenSource = Callable[[], Token | str]
"""Fetches a token; a text is a JWT. It is called on a thread of its own, one call at a time.

What it raises becomes a part of the message of calls that have no token, so it must show no secret.
"""


@dataclass(frozen=True)
class Fetched:
    """A token, told from others of the same source by its number, and when the next one is due."""

    number: int
    token: Token
    due: float


class _Pauses:
    """Pauses that double, up to a maximum, until they are shortened or reset."""

    def __init__(self, first: float, longest: float) -> None:
        self._first, self._longest, self._next = first, longest, first
        self._end = 0.0

    def begin(self, now: float) -> None:
        """Clients that failed at the same time end it at different ones."""
        self._end = now + self._next * random.uniform(0.5, 1)
        self._next = min(self._next * 2, self._longest)

    def over(self, now: float) -> bool:
        """One that seems longer than any was begun by another clock."""
        return now >= self._end or now + self._longest < self._end

    def shorten(self) -> None:
        self._next = self._first

    def reset(self) -> None:
        self.shorten()
        self._end = 0.0


class Tokens:
    """Keeps the newest token of a source, and has one fetch under way at most. Thread-safe.

    A token is fetched when a call needs one. After four fifths of its life, a call that uses it
    starts the fetch of the next one and does not wait for it.
    """

    def __init__(self, source: TokenSource, clock: Callable[[], float] = time.time) -> None:
        self._source = source
        self._clock = clock
        self._fetches = 0
        self._current: Fetched | None = None
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._pending: Future[Fetched] | None = None
        self._failure: BaseException = RuntimeError("There was no fetch")
        self._failures = _Pauses(_FIRST_PAUSE, _MAX_PAUSE)
        self._forced = _Pauses(_FIRST_FORCED_PAUSE, _MAX_FORCED_PAUSE)

    def get(self, refused: int = 0, *, fresh: bool = False) -> Future[Fetched]:
        """Returns a token for a call, but not the one with the number `refused`.

        `fresh` waits for the next token if it is due; if there is none, the old one does.
        """
        if self._pid != os.getpid():
            self._begin()  # The thread that fetches is the parent's, and so may be the lock.
        with self._lock:
            now = self._clock()
            good = self._current
            if good and (good.number == refused or now >= good.token.expires_at):
                good = None
            if (good is None or now >= good.due) and not self._pending and self._failures.over(now):
                self._fetch()
            if self._pending and (good is None or (fresh and now >= good.due)):
                return _or_else(self._pending, good)
            return _done(good, self._failure)

    def refused(self, number: int) -> bool:
        """Called when a service refused a token: may a repeat of the call get another one?"""
        with self._lock:
            if self._pending or (self._current and self._current.number != number):
                return True
            now = self._clock()
            if not self._forced.over(now) or not self._failures.over(now):
                return False
            self._forced.begin(now)
            self._fetch()
            return True

    def cured(self) -> None:
        """Called when a service took the token that a refusal made the client fetch."""
        with self._lock:
            self._forced.shorten()

    def _fetch(self) -> None:
        future: Future[Fetched] = Future()
        future.set_running_or_notify_cancel()  # So a caller that gives up does not cancel it.
        self._pending = future
        threading.Thread(target=self._run, args=(future,), name="token-fetch", daemon=True).start()

    def _run(self, future: Future[Fetched]) -> None:
        try:
            token = self._source()
            fetched = self._keep(Token.of_jwt(token) if isinstance(token, str) else token)
        except Exception as e:  # noqa: BLE001  A source may raise anything; calls tell it.
            self._failed(e)
            future.set_exception(e)
        else:
            future.set_result(fetched)

    def _keep(self, token: Token) -> Fetched:
        with self._lock:
            now = self._clock()
            if token.expires_at <= now:
                raise ValueError("The token source returned a token that has expired")
            self._fetches += 1
            due = now + (token.expires_at - now) * _DUE
            self._current = Fetched(self._fetches, token, due)
            self._pending = None
            self._failures.reset()
            return self._current

    def _failed(self, e: Exception) -> None:
        with self._lock:
            now = self._clock()
            self._failure = e
            self._pending = None
            self._failures.begin(now)
            if self._current and now < self._current.token.expires_at:
                _LOG.warning("No new token; calls go on with the old one", exc_info=e)


def _done(fetched: Fetched | None, failure: BaseException) -> Future[Fetched]:
    future: Future[Fetched] = Future()
    if fetched:
        future.set_result(fetched)
    else:
        future.set_exception(failure)
    return future


def _or_else(pending: Future[Fetched], good: Fetched | None) -> Future[Fetched]:
    if good is None:
        return pending
    future: Future[Fetched] = Future()
    future.set_running_or_notify_cancel()
    pending.add_done_callback(
        lambda done: future.set_result(good if done.exception() else done.result())
    )
    return future
