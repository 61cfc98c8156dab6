"""Decides what follows each attempt at a call, without doing any input or output itself."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, NoReturn

import grpc

from .errors import Failure, error_of

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from ._config import Method, Throttling
    from .tokens import Fetched, Tokens

Headers = tuple[tuple[str, str], ...]

# The part by which pauses differ from what is configured, as in all of gRPC's own clients.
_JITTER = 0.2


class AttemptFailed(Exception):  # noqa: N818  A call tells it as one of its own errors.
    """An attempt that failed without an error of gRPC's."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class NoToken(AttemptFailed):
    """There is no token, because its source failed or is slow.

    It is the client's own fault, and one that passes: nobody has refused the caller.
    """

    def __init__(self, cause: BaseException) -> None:
        told = (
            "it is slow" if isinstance(cause, TimeoutError) else f"{type(cause).__name__}: {cause}"
        )
        super().__init__(
            Failure(
                grpc.StatusCode.UNAVAILABLE,
                f"There is no token, because the token source failed: {told}",
                sent=False,
            )
        )


class GivenUp(AttemptFailed):
    """The connection said nothing, so the call is made anew on another one.

    The attempt may have come through all the same, if only its answer is late.
    """

    def __init__(self) -> None:
        super().__init__(Failure(grpc.StatusCode.UNAVAILABLE, "The connection was silent"))


def failure_of(error: grpc.RpcError | AttemptFailed) -> Failure:
    """How an attempt failed."""
    return error.failure if isinstance(error, AttemptFailed) else Failure.of(error)


class Throttle:
    """Ends repeats while most attempts fail, as gRPC's `retryThrottling` does.

    Threads share it without a lock: a lost update changes nothing that matters.
    """

    def __init__(self, config: Throttling) -> None:
        self._config = config
        self._tokens = config.max_tokens

    def failed(self) -> None:
        """Counts an attempt that might be repeated."""
        self._tokens = max(0.0, self._tokens - 1)

    def answered(self) -> None:
        """Counts an attempt that a service answered."""
        self._tokens = min(self._config.max_tokens, self._tokens + self._config.ratio)

    def allows(self) -> bool:
        """Whether a repeat may be made."""
        return self._tokens > self._config.max_tokens / 2


class Call:
    """One call of a client, and what its attempts have met so far."""

    def __init__(
        self,
        method: Method,
        request: Message,
        *,
        end: float,
        headers: Headers,
        tokens: Tokens | None,
        throttle: Throttle,
    ) -> None:
        self._method = method
        self._request = request
        self._end = end
        self._headers = headers
        self._tokens = tokens
        self._throttle = throttle
        self._attempts = 0
        self._sent = 0
        # What the last attempt met says more than that time is over.
        self._last: Failure | None = None
        # Whether an attempt may have been stored.
        self._uncertain = False
        self._backoff = method.retry.initial_backoff if method.retry else 0.0
        self._carried: Fetched | None = None
        self._refused = 0

    def remaining(self) -> float:
        """Seconds until the call's deadline. Raises its error when that has passed."""
        remaining = self._end - time.monotonic()
        if remaining <= 0:
            self._fail(
                self._last
                or Failure(
                    grpc.StatusCode.DEADLINE_EXCEEDED,
                    "The deadline passed before the call was made",
                    sent=False,
                ),
                None,
            )
        return remaining

    @property
    def refused(self) -> int:
        """The number of the token that a service refused, or 0."""
        return self._refused

    def headers(self, fetched: Fetched | None) -> Headers:
        """Metadata for the next attempt, with a token if the client has tokens."""
        self._carried = fetched
        if fetched is None:
            return self._headers
        return (*self._headers, ("authorization", f"Bearer {fetched.token.value}"))

    def anew(self) -> Call:
        """The same call from its first attempt on, with the same deadline."""
        return Call(
            self._method,
            self._request,
            end=self._end,
            headers=self._headers,
            tokens=self._tokens,
            throttle=self._throttle,
        )

    def answered(self) -> None:
        """Called when a service answered the call."""
        self._throttle.answered()
        if self._refused and self._tokens:
            self._tokens.cured()

    def failed(self, error: grpc.RpcError | AttemptFailed) -> float:
        """Returns after how many seconds to try again. Raises the call's error if that is over."""
        failure = failure_of(error)
        self._last = failure
        self._attempts += 1
        self._sent += failure.sent
        # What was given up would otherwise have waited, so a repeat is owed to it at once.
        pause = 0.0 if isinstance(error, GivenUp) else self._pause(failure)
        if pause is None or pause >= self._end - time.monotonic():
            self._fail(failure, error)
        self._uncertain = self._uncertain or failure.outcome_unknown
        return pause

    def _pause(self, failure: Failure) -> float | None:
        if failure.code is grpc.StatusCode.UNAUTHENTICATED:
            return self._with_another_token()
        policy = self._method.retry
        if policy is None or failure.code not in policy.codes:
            if failure.reason:
                self._throttle.answered()
            return None
        self._throttle.failed()
        if self._attempts >= policy.max_attempts or not self._throttle.allows():
            return None
        if failure.pushback is not None:
            self._backoff = policy.initial_backoff
            return int(failure.pushback) / 1000 if failure.pushback.isdecimal() else None
        pause = self._backoff * random.uniform(1 - _JITTER, 1 + _JITTER)
        self._backoff = min(self._backoff * policy.multiplier, policy.max_backoff)
        return pause

    def _with_another_token(self) -> float | None:
        """Who is not known has changed nothing, so one repeat is safe for writes too."""
        carried, self._carried = self._carried, None
        if self._refused or not self._tokens or not carried:
            return None
        if not self._tokens.refused(carried.number):
            return None
        self._refused = carried.number
        self._attempts -= 1  # It is none of those that the retry policy counts.
        return 0.0

    def _fail(self, failure: Failure, cause: BaseException | None) -> NoReturn:
        raise error_of(
            failure,
            self._request,
            self._sent,
            writes=self._method.writes,
            uncertain=self._uncertain,
        ) from cause
