"""What a call raises when it does not succeed.

The three classes answer the question that a caller has: `Refused` means no, and nothing was
changed; `OutcomeUnknown` means that a write may be stored or not; `Failed` is everything else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from google.protobuf.message import Message

_DOMAIN = "minhacarona.com.br"
_PUSHBACK = "grpc-retry-pushback-ms"
_DETAILS = "grpc-status-details-bin"

# Reasons that leave open whether a write is stored (docs/errors.md).
_UNKNOWN_REASONS = frozenset({"RESULTADO_DESCONHECIDO", "PRAZO_ESGOTADO", "ERRO_INTERNO"})

# What gRPC or a load balancer answers before a service has seen the call.
_UNSEEN = frozenset(
    {
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.PERMISSION_DENIED,
    }
)


@dataclass(frozen=True)
class Violation:
    """A field that was wrong, and why."""

    field: str
    description: str


@dataclass(frozen=True)
class Failure:
    """How one attempt at a call failed."""

    code: grpc.StatusCode
    message: str
    # False if it is certain that nothing was sent.
    sent: bool = True
    # Empty if no service answered, but gRPC or something between.
    reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    violations: tuple[Violation, ...] = ()
    # How long a service asks to wait, in seconds.
    retry_delay: float | None = None
    # The trailer by which a server paces repeats; None if it sent none.
    pushback: str | None = None

    @property
    def outcome_unknown(self) -> bool:
        """Whether a write that ended so may be stored."""
        if self.reason:
            return self.reason in _UNKNOWN_REASONS
        return self.sent and self.code not in _UNSEEN

    @staticmethod
    def of(error: grpc.RpcError) -> Failure:
        """Read from what grpc raises, by a call of the blocking or of the aio API."""
        call: Any = error  # Both kinds have these methods, and no common type.
        trailers: dict[str, str | bytes] = dict(call.trailing_metadata() or ())
        pushback = trailers.get(_PUSHBACK)
        return Failure.details(
            call.code(),
            call.details() or "",
            trailers.get(_DETAILS),
            pushback.decode() if isinstance(pushback, bytes) else pushback,
        )

    @staticmethod
    def details(
        code: grpc.StatusCode,
        message: str,
        details: str | bytes | None,
        pushback: str | None,
    ) -> Failure:
        """Unpacks `google.rpc.Status`, as far as it can be read."""
        status = status_pb2.Status()
        try:
            status.ParseFromString(details if isinstance(details, bytes) else b"")
        except DecodeError:
            status.Clear()
        info = error_details_pb2.ErrorInfo()
        request = error_details_pb2.BadRequest()
        retry = error_details_pb2.RetryInfo()
        told = {type(each) for each in (info, request, retry) if _unpack(status.details, each)}
        known = info.domain == _DOMAIN
        return Failure(
            code=code,
            message=message,
            reason=info.reason if known else "",
            metadata=dict(info.metadata) if known else {},
            violations=tuple(Violation(v.field, v.description) for v in request.field_violations),
            retry_delay=(
                retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9
                if error_details_pb2.RetryInfo in told
                else None
            ),
            pushback=pushback,
        )


def _unpack(details: Iterable[Any], into: Message) -> bool:
    for each in details:
        if each.Is(into.DESCRIPTOR):
            try:
                return bool(each.Unpack(into))
            except DecodeError:
                return False
    return False


class CallError(Exception):
    """A call that did not succeed, after every repeat that was allowed."""

    def __init__(self, failure: Failure, request: Message, attempts: int) -> None:
        super().__init__(failure, request, attempts)
        self._failure = failure
        self.request = request
        """What was sent, with its `request_id`. To repeat the call, send this."""
        self.attempts = attempts
        """How many attempts were made."""

    def __str__(self) -> str:
        return f"{self.reason or self.code.name}: {self.message}"

    @property
    def code(self) -> grpc.StatusCode:
        """The status of the last attempt."""
        return self._failure.code

    @property
    def message(self) -> str:
        """Tells a person what to do. Branch on the reason, never on this."""
        return self._failure.message

    @property
    def reason(self) -> str:
        """Names the reason as the contract does, as in `VAGAS_INSUFICIENTES`.

        It is empty if no service answered, but gRPC or something between.
        """
        return self._failure.reason

    @property
    def metadata(self) -> Mapping[str, str]:
        """Details of the reason, such as `vagas_disponiveis`."""
        return self._failure.metadata

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Every field that was wrong; empty unless the code is `INVALID_ARGUMENT`."""
        return self._failure.violations

    @property
    def retry_delay(self) -> float | None:
        """How many seconds to wait before the next call; None if the service did not say."""
        return self._failure.retry_delay


class Refused(CallError):  # noqa: N818  It is an answer.
    """A service said no: this call changed nothing, and never will. Branch on `reason`."""


class OutcomeUnknown(CallError):  # noqa: N818  It is no error of anybody.
    """A write that may be stored or not. To be certain, repeat the call with `request`.

    Also raised when the last attempt was refused, but an earlier one got no answer: it may still be
    on its way, for up to five minutes.
    """


class Failed(CallError):  # noqa: N818  The name says it.
    """A read without an answer, or a call that no service has seen."""


def error_of(
    failure: Failure, request: Message, attempts: int, *, writes: bool, uncertain: bool
) -> CallError:
    """The error that tells a caller the truth about a call.

    `uncertain` says that an earlier attempt may have been stored.
    """
    kind: type[CallError]
    if writes and (uncertain or failure.outcome_unknown):
        kind = OutcomeUnknown
    elif failure.reason and failure.reason not in _UNKNOWN_REASONS:
        kind = Refused
    else:
        kind = Failed
    return kind(failure, request, attempts)
