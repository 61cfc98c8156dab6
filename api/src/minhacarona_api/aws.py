"""Tells errors of AWS as the services tell theirs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
)

from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_THROTTLED = frozenset(
    {"ProvisionedThroughputExceededException", "RequestThrottled", "ThrottlingException"}
)
_SERVER_FAULT = 500


@contextmanager
def told(*, writes: bool, idempotency_key: str | None = None) -> Iterator[None]:
    """Turns an error into the problem that says whether anything was changed."""
    try:
        yield
    except ClientError as e:
        status = e.response["ResponseMetadata"]["HTTPStatusCode"]
        if e.response["Error"]["Code"] in _THROTTLED:
            raise Problem("SOBRECARGA") from e
        if status < _SERVER_FAULT:
            raise  # A fault of ours, such as a permission that is missing.
        raise _unanswered(writes, idempotency_key) from e
    except (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError) as e:
        raise Problem("INDISPONIVEL") from e
    except BotoCoreError as e:
        raise _unanswered(writes, idempotency_key) from e


def _unanswered(writes: bool, idempotency_key: str | None) -> Problem:
    if writes:
        return Problem("RESULTADO_DESCONHECIDO", idempotency_key=idempotency_key)
    return Problem("INDISPONIVEL")
