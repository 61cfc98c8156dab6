"""Bounds all calls of one piece of work, such as an invocation of a Lambda function."""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

_current: ContextVar[float | None] = ContextVar("minhacarona_deadline", default=None)


class LambdaContext(Protocol):
    """What is needed of the context that AWS Lambda passes to a handler."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda kills the function."""
        ...


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Ends every call within the block after so many seconds from now, or earlier.

    It holds for calls of this thread or task and of tasks that it starts. An outer block that ends
    earlier goes on to hold.
    """
    end = time.monotonic() + seconds
    outer = _current.get()
    token = _current.set(end if outer is None else min(end, outer))
    try:
        yield
    finally:
        _current.reset(token)


def deadline_from(context: LambdaContext, reserve: float = 0.5) -> AbstractContextManager[None]:
    """Ends every call within the block before Lambda ends the function.

    `reserve` is how many seconds the function needs to answer after its last call.
    """
    return deadline(context.get_remaining_time_in_millis() / 1000 - reserve)


def end_of(timeout: float) -> float:
    """When a call that may take so many seconds ends, by `time.monotonic`."""
    end = time.monotonic() + timeout
    outer = _current.get()
    return end if outer is None else min(end, outer)
