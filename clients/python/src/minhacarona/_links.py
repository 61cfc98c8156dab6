"""Decides when a client needs another channel."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

import grpc

from ._call import AttemptFailed, GivenUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A connection on which nothing was heard for so long may be gone without a trace: the process was
# frozen, or what is between has forgotten it. A new one costs milliseconds, a dead one a timeout.
_SILENCE = 5.0

# A shorter silence makes a connection doubtful: it has so long to say anything once it is used, and
# is given up then. That is many times what an answer takes, and leaves a read half of its time.
_MOMENT = 0.2
_PROOF = 1.0

# Certificates are looked at so often.
_LOOK = 60.0


class Ear:
    """Knows how long something has been silent."""

    def __init__(self) -> None:
        # How often something came.
        self.words = 0
        self.heard()

    def heard(self) -> None:
        """Called when something came from the server."""
        self._monotonic, self._wall = time.monotonic(), time.time()
        self.words += 1

    def silence(self) -> float:
        """Seconds since something was heard.

        The monotonic clock may stand still while a machine is frozen, and the wall clock may be set
        back, so the later one is right.
        """
        return max(time.monotonic() - self._monotonic, time.time() - self._wall)


class Link(Ear):
    """A channel, and how much it is used."""

    def __init__(self) -> None:
        super().__init__()
        self.in_flight = 0
        # How often all its calls had ended, whatever became of them.
        self.rests = 0
        # So that each silence is judged once.
        self.doubted_at: tuple[int, int] = (0, 0)
        self.given_up = False

    def signs(self) -> tuple[int, int]:
        """Change with everything that says that calls do not wait in vain."""
        return self.words, self.rests

    def later(self, seconds: float, then: Callable[[], None]) -> None:
        """Does something after a while, whatever the calls of this link wait for."""
        raise NotImplementedError

    def ended(self, error: grpc.RpcError | AttemptFailed) -> grpc.RpcError | AttemptFailed:
        """What an attempt met that ended with this error."""
        if self.given_up:
            return GivenUp()
        # Only an answer has trailers; what gRPC finds out by itself has none.
        if isinstance(error, grpc.RpcError) and error.trailing_metadata():
            self.heard()
        return error

    def close(self) -> None:
        """Closes the channel."""
        raise NotImplementedError


L = TypeVar("L", bound=Link)


class Links(Generic[L]):
    """Keeps one link to one target for this process, and replaces it when it may be dead.

    Makes the first one when it is needed, and another one in a process that was forked: a channel
    does not survive that.
    """

    def __init__(self, make: Callable[[], L], stamp: Callable[[], tuple[int, ...]]) -> None:
        self._make = make
        self._stamp = stamp
        self._closed = False
        # Of the parent process. To close or forget them could wait for threads that are not here.
        self._abandoned: list[L] = []
        self._open: list[L] = []
        self._torn = False
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._torn = self._torn or any(link.in_flight for link in self._open)
        self._abandoned += self._open
        # The last one is used for new calls; the others end their calls.
        self._open = []
        self._seen: tuple[int, ...] = ()
        self._looked = float("-inf")

    def acquire(self) -> L:
        """Returns a link for a call. Release it when the call has ended."""
        if self._pid != os.getpid():
            self._begin()
        if self._torn:
            # gRPC hangs in such a process, or crashes.
            raise RuntimeError("The process was forked during a call: fork before, or spawn")
        with self._lock:
            if self._closed:
                raise ValueError("The client is closed")
            changed = self._certificates_changed()
            if not self._open or changed or self._open[-1].silence() > _SILENCE:
                self._open.append(self._make())
                self._sweep()
            link = self._open[-1]
            link.in_flight += 1
            signs = link.signs()
            if link.silence() > _MOMENT and link.doubted_at != signs:
                link.doubted_at = signs
                link.later(_PROOF, lambda: self._judge(link, signs))
            return link

    def _judge(self, link: L, signs: tuple[int, int]) -> None:
        with self._lock:
            if link.signs() == signs and link.in_flight and link in self._open:
                self._open.remove(link)
                link.given_up = True
                link.close()

    def release(self, link: L) -> None:
        """Closes a link that was replaced, after its last call."""
        with self._lock:
            link.in_flight -= 1
            if not link.in_flight:
                link.rests += 1
            self._sweep()

    @contextmanager
    def lease(self) -> Iterator[L]:
        """A link for the block."""
        link = self.acquire()
        try:
            yield link
        except (grpc.RpcError, AttemptFailed) as e:
            met = link.ended(e)
            if met is e:
                raise
            raise met from e
        finally:
            self.release(link)

    def close(self) -> None:
        """Ends calls in flight."""
        with self._lock:
            self._closed = True
            for link in self._open:
                link.close()
            self._open = []

    def _sweep(self) -> None:
        for link in [each for each in self._open[:-1] if each.in_flight == 0]:
            self._open.remove(link)
            link.close()

    def _certificates_changed(self) -> bool:
        if time.monotonic() - self._looked < _LOOK:
            return False
        self._looked = time.monotonic()
        stamp = self._stamp()
        changed = bool(stamp) and stamp != self._seen and bool(self._seen)
        self._seen = stamp or self._seen
        return changed
