"""What follows each attempt: the rules of the service config, and what a caller is told."""

from __future__ import annotations

import time

import grpc
import pytest

from minhacarona import Failed, OutcomeUnknown, Refused
from minhacarona._call import AttemptFailed, Call, NoToken, Throttle
from minhacarona._config import Method, methods, throttling
from minhacarona.errors import CallError, Failure
from minhacarona.v1.reserva_service_pb2 import ProcessarReservaRequest

Code = grpc.StatusCode
REQUEST = ProcessarReservaRequest(request_id="mine")


def call(
    method: str = "ProcessarReserva", left: float = 60, throttle: Throttle | None = None
) -> Call:
    return Call(
        methods()[method],
        REQUEST,
        end=time.monotonic() + left,
        headers=(),
        tokens=None,
        throttle=throttle or Throttle(throttling()),
    )


def failed(
    code: Code = Code.UNAVAILABLE, reason: str = "", pushback: str | None = None
) -> AttemptFailed:
    return AttemptFailed(Failure(code, "told", reason=reason, pushback=pushback))


def told(call: Call, *attempts: AttemptFailed) -> CallError:
    with pytest.raises(CallError) as e:
        for each in attempts:
            call.failed(each)
    return e.value


REPEATED = sorted(name for name in methods() if name != "StreamCaronasUpdates")


@pytest.mark.parametrize("method", REPEATED)
@pytest.mark.parametrize("code", [Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED])
def test_a_repeat_that_is_safe_is_made_three_times(method: str, code: Code) -> None:
    attempts = call(method)
    for _ in range(3):
        attempts.failed(failed(code))
    assert told(attempts, failed(code)).attempts == 4


@pytest.mark.parametrize(
    "code",
    [each for each in Code if each not in (Code.OK, Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED)],
)
def test_any_other_failure_is_not_repeated(code: Code) -> None:
    assert told(call(), failed(code)).attempts == 1


def test_a_conversation_is_not_repeated() -> None:
    assert methods()["StreamCaronasUpdates"].retry is None
    assert told(call("StreamCaronasUpdates"), failed()).attempts == 1


def test_pauses_double_up_to_the_longest_and_differ_by_a_fifth() -> None:
    method = methods()["ProcessarReserva"]
    assert method.retry
    patient = Method(
        method.name,
        method.timeout,
        type(method.retry)(20, 0.1, 2, 2, method.retry.codes),
        writes=True,
    )
    seen: list[list[float]] = [[] for _ in range(8)]
    for _ in range(500):
        # More tokens, so that nothing is throttled.
        throttle = Throttle(type(throttling())(1_000, 0.1))
        attempts = Call(patient, REQUEST, end=1e12, headers=(), tokens=None, throttle=throttle)
        for each in seen:
            each.append(attempts.failed(failed()))
    for expected, each in zip([0.1, 0.2, 0.4, 0.8, 1.6, 2, 2, 2], seen, strict=True):
        assert expected * 0.8 <= min(each) < expected * 0.82
        assert expected * 1.18 < max(each) <= expected * 1.2


def test_a_server_sets_the_pause_and_the_next_one_is_the_first_again() -> None:
    attempts = call()
    assert 0.08 <= attempts.failed(failed()) <= 0.12
    assert attempts.failed(failed(Code.RESOURCE_EXHAUSTED, pushback="700")) == 0.7
    assert 0.08 <= attempts.failed(failed()) <= 0.12


@pytest.mark.parametrize("pushback", ["-1", "", "soon", "1.5"])
def test_a_server_forbids_a_repeat(pushback: str) -> None:
    assert told(call(), failed(pushback=pushback)).attempts == 1


def test_a_pause_that_would_outlast_the_deadline_is_not_made() -> None:
    assert told(call(left=0.5), failed(pushback="700")).code is Code.UNAVAILABLE


def test_nothing_is_sent_after_the_deadline() -> None:
    with pytest.raises(Failed) as e:
        call(left=0).remaining()
    assert e.value.code is Code.DEADLINE_EXCEEDED
    assert e.value.attempts == 0


def test_the_deadline_passes_after_an_attempt_that_may_be_stored() -> None:
    attempts = call(left=0.2)
    attempts.failed(failed())
    time.sleep(0.25)
    with pytest.raises(OutcomeUnknown):
        attempts.remaining()


def failing_calls(throttle: Throttle, calls: int, failure: AttemptFailed) -> int:
    attempts = 0
    for _ in range(calls):
        attempts += told(call(throttle=throttle), *[failure] * 10).attempts
    return attempts


@pytest.mark.parametrize("failure", [failed(), failed(Code.RESOURCE_EXHAUSTED, pushback="700")])
def test_in_an_outage_only_the_first_call_is_repeated(failure: AttemptFailed) -> None:
    assert failing_calls(Throttle(throttling()), 100, failure) == 103


def test_after_many_answers_calls_are_repeated_again() -> None:
    throttle = Throttle(throttling())
    assert failing_calls(throttle, 11, failed()) == 14
    for _ in range(100):
        call(throttle=throttle).answered()
    call(throttle=throttle).failed(failed())


@pytest.mark.parametrize(
    ("code", "reason", "write", "read"),
    [
        (Code.FAILED_PRECONDITION, "VAGAS_INSUFICIENTES", Refused, Refused),
        (Code.ABORTED, "CONFLITO", Refused, Refused),
        (Code.UNAVAILABLE, "INDISPONIVEL", Refused, Refused),
        (Code.RESOURCE_EXHAUSTED, "SOBRECARGA", Refused, Refused),
        (Code.UNAVAILABLE, "RESULTADO_DESCONHECIDO", OutcomeUnknown, Failed),
        (Code.DEADLINE_EXCEEDED, "PRAZO_ESGOTADO", OutcomeUnknown, Failed),
        (Code.INTERNAL, "ERRO_INTERNO", OutcomeUnknown, Failed),
        (Code.UNAVAILABLE, "", OutcomeUnknown, Failed),
        (Code.DEADLINE_EXCEEDED, "", OutcomeUnknown, Failed),
        (Code.CANCELLED, "", OutcomeUnknown, Failed),
        (Code.UNKNOWN, "", OutcomeUnknown, Failed),
        (Code.UNIMPLEMENTED, "", Failed, Failed),
        (Code.UNAUTHENTICATED, "", Failed, Failed),
        (Code.PERMISSION_DENIED, "", Failed, Failed),
    ],
)
def test_what_a_caller_is_told(
    code: Code, reason: str, write: type[CallError], read: type[CallError]
) -> None:
    attempts = [failed(code, reason)] * 4
    assert type(told(call("ProcessarReserva"), *attempts)) is write
    assert type(told(call("CheckVagas"), *attempts)) is read


def test_a_refusal_after_an_attempt_that_got_no_answer_is_no_refusal_of_the_write() -> None:
    error = told(call(), failed(), failed(Code.FAILED_PRECONDITION, "VAGAS_INSUFICIENTES"))
    assert type(error) is OutcomeUnknown
    assert error.reason == "VAGAS_INSUFICIENTES"
    assert error.request is REQUEST


def test_a_refusal_after_an_attempt_that_changed_nothing_is_one() -> None:
    overload = failed(Code.RESOURCE_EXHAUSTED, "SOBRECARGA")
    error = told(call(), overload, failed(Code.FAILED_PRECONDITION, "VAGAS_INSUFICIENTES"))
    assert type(error) is Refused


def test_a_write_that_had_no_token_was_not_sent() -> None:
    error = told(call(), *[NoToken(OSError("the issuer is away"))] * 4)
    assert type(error) is Failed
    assert error.attempts == 0
    assert "the issuer is away" in error.message


def test_an_error_shows_reason_and_message() -> None:
    assert str(told(call(), failed(Code.ABORTED, "CONFLITO"))) == "CONFLITO: told"
    assert str(told(call(), failed(Code.ABORTED))) == "ABORTED: told"
