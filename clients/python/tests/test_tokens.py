"""Tokens: when they are fetched, and what becomes of calls without one."""

from __future__ import annotations

import base64
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from authority import Authority
from scripted import Code, Scripted, Seen, Trouble, make, ride

from minhacarona import (
    Assinar,
    CheckVagasRequest,
    Failed,
    ListCaronasRequest,
    ProcessarReservaRequest,
    Refused,
    Tls,
    Token,
)
from minhacarona.tokens import Tokens

START = 1_800_000_000.0
LIFE = 1_000.0


class Source:
    """Fetches t1, t2, …, each good for `LIFE`, unless it is told to fail."""

    def __init__(self) -> None:
        self.now = START
        self.fetches = 0
        self.failing = False
        self.go = threading.Event()
        self.go.set()

    def __call__(self) -> Token:
        assert self.go.wait(10)
        self.fetches += 1
        if self.failing:
            raise OSError("the issuer is away")
        return Token(f"t{self.fetches}", self.now + LIFE)

    def clock(self) -> float:
        return self.now


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def tokens(source: Source) -> Tokens:
    return Tokens(source, source.clock)


def value(tokens: Tokens, **how: Any) -> str:
    return tokens.get(**how).result(timeout=10).token.value


def settled(source: Source, fetches: int) -> None:
    """Waits for a fetch that no call waits for."""
    end = time.monotonic() + 10
    while source.fetches < fetches and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.05)


def test_a_token_is_fetched_when_it_is_needed_and_then_kept(tokens: Tokens, source: Source) -> None:
    assert source.fetches == 0
    assert [value(tokens) for _ in range(3)] == ["t1"] * 3
    source.now += LIFE * 0.79
    assert value(tokens) == "t1"
    assert source.fetches == 1


def test_after_four_fifths_of_its_life_the_next_one_is_fetched_and_no_call_waits(
    tokens: Tokens, source: Source
) -> None:
    value(tokens)
    source.now += LIFE * 0.8
    source.go.clear()
    assert value(tokens) == "t1"
    assert value(tokens) == "t1"
    source.go.set()
    settled(source, 2)
    assert value(tokens) == "t2"
    assert source.fetches == 2


def test_a_stream_waits_for_the_next_one(tokens: Tokens, source: Source) -> None:
    value(tokens)
    source.now += LIFE * 0.8
    assert value(tokens, fresh=True) == "t2"


def test_a_stream_takes_the_old_one_if_there_is_none(tokens: Tokens, source: Source) -> None:
    value(tokens)
    source.now += LIFE * 0.8
    source.failing = True
    assert value(tokens, fresh=True) == "t1"


def test_a_token_that_has_expired_is_not_used(tokens: Tokens, source: Source) -> None:
    value(tokens)
    source.now += LIFE
    assert value(tokens) == "t2"


def test_an_issuer_that_is_away_is_asked_again_after_pauses(tokens: Tokens, source: Source) -> None:
    source.failing = True
    for _ in range(5):
        with pytest.raises(OSError, match="the issuer is away"):
            value(tokens)
    assert source.fetches == 1
    source.now += 0.1
    source.failing = False
    assert value(tokens) == "t2"


def test_callers_share_one_fetch(tokens: Tokens, source: Source) -> None:
    source.go.clear()
    pending = [tokens.get() for _ in range(50)]
    source.go.set()
    assert {each.result(timeout=10).token.value for each in pending} == {"t1"}
    assert source.fetches == 1


def test_a_refusal_forces_one_fetch_in_half_a_minute(tokens: Tokens, source: Source) -> None:
    first = tokens.get().result(timeout=10).number
    assert tokens.refused(first)
    assert value(tokens, refused=first) == "t2"
    assert tokens.refused(first), "there is a newer one already"
    second = tokens.get().result(timeout=10).number
    assert not tokens.refused(second)
    source.now += 30
    assert tokens.refused(second)


def test_a_token_is_never_shown() -> None:
    assert "secret" not in repr(Token("secret", START))
    with pytest.raises(ValueError, match="no token") as e:
        Token("se cret", START)
    assert "cret" not in str(e.value)


def jwt(**claims: object) -> str:
    def part(of: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(of).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256'})}.{part(claims)}.c2ln"


def test_a_jwt_says_when_it_expires() -> None:
    assert Token.of_jwt(jwt(exp=1_800_000_000)).expires_at == START
    for wrong in (jwt(), jwt(exp="soon"), "abc", "a.b.c"):
        with pytest.raises(ValueError, match="no JWT"):
            Token.of_jwt(wrong)


# In calls.

AUTHORITY = Authority()
SERVER = AUTHORITY.issue()
TLS = Tls(ca=AUTHORITY.pem)


@pytest.fixture
def secure() -> Iterator[Scripted]:
    credentials = grpc.ssl_server_credentials([(SERVER.key, SERVER.certificate)])
    with Scripted(credentials) as server:
        yield server


def source_of(*values: str) -> Any:
    left = list(values)
    return lambda: Token(left.pop(0), time.time() + 3_600)


def bearer(server: Scripted) -> list[str | bytes | None]:
    return [each.metadata.get("authorization") for each in server.seen]


def refuses(*values: str) -> Any:
    def judge(seen: Seen) -> Trouble | None:
        refused = seen.metadata.get("authorization") in [f"Bearer {each}" for each in values]
        return Trouble(Code.UNAUTHENTICATED, "NAO_AUTENTICADO") if refused else None

    return judge


def test_a_token_goes_with_every_call(kind: str, secure: Scripted) -> None:
    client = make(kind, secure.target, tls=TLS, token=source_of("t1"))
    client.check_vagas(CheckVagasRequest())
    client.processar_reserva(ProcessarReservaRequest())
    list(client.list_caronas_disponiveis(ListCaronasRequest()))
    assert bearer(secure) == ["Bearer t1"] * 3
    client.close()


def test_a_token_that_is_refused_is_replaced_once(kind: str, secure: Scripted) -> None:
    secure.judge = refuses("t1", "t2")
    client = make(kind, secure.target, tls=TLS, token=source_of("t1", "t2", "t3"))
    with pytest.raises(Refused) as e:
        client.processar_reserva(ProcessarReservaRequest())
    assert e.value.reason == "NAO_AUTENTICADO"
    assert bearer(secure) == ["Bearer t1", "Bearer t2"]
    client.close()


@pytest.mark.parametrize("method", ["unary", "list", "watch"])
def test_another_token_mends_a_call(kind: str, secure: Scripted, method: str) -> None:
    secure.judge = refuses("t1")
    client = make(kind, secure.target, tls=TLS, token=source_of("t1", "t2"))
    if method == "unary":
        client.processar_reserva(ProcessarReservaRequest())
    elif method == "list":
        assert len(list(client.list_caronas_disponiveis(ListCaronasRequest()))) == 5
    else:
        secure.streams.append([ride("a", 1)])
        watch = client.watch_caronas(Assinar(carona_ids=["a"]))
        assert next(watch).versao == 1
        watch.close()
    assert bearer(secure) == ["Bearer t1", "Bearer t2"]
    assert len({each.request.SerializeToString() for each in secure.seen}) == 1
    client.close()


def test_a_token_that_never_changes_is_not_sent_twice(kind: str, secure: Scripted) -> None:
    secure.judge = refuses("t1")
    client = make(kind, secure.target, tls=TLS, token="t1")
    with pytest.raises(Refused):
        client.check_vagas(CheckVagasRequest())
    assert bearer(secure) == ["Bearer t1"]
    client.close()


def test_calls_without_a_token_fail_and_tell_why(kind: str, secure: Scripted) -> None:
    def broken() -> Token:
        raise OSError("the issuer is away")

    client = make(kind, secure.target, tls=TLS, token=broken)
    with pytest.raises(Failed, match="the issuer is away") as e:
        client.processar_reserva(ProcessarReservaRequest())
    assert e.value.code is Code.UNAVAILABLE
    assert secure.seen == []
    client.close()


def test_a_slow_issuer_does_not_outlast_the_deadline(kind: str, secure: Scripted) -> None:
    slow = threading.Event()

    def source() -> Token:
        slow.wait(20)
        return Token("t1", time.time() + 3_600)

    client = make(kind, secure.target, tls=TLS, token=source)
    began = time.monotonic()
    with pytest.raises(Failed):
        client.check_vagas(CheckVagasRequest(), timeout=0.5)
    assert time.monotonic() - began < 10
    slow.set()
    client.check_vagas(CheckVagasRequest())
    client.close()


def test_a_resident_is_named_by_client_or_call(kind: str, secure: Scripted) -> None:
    client = make(kind, secure.target, tls=TLS, token="service", on_behalf_of="r1")
    client.check_vagas(CheckVagasRequest())
    client.check_vagas(CheckVagasRequest(), on_behalf_of="r2")
    assert [each.metadata["x-on-behalf-of"] for each in secure.seen] == ["r1", "r2"]
    with pytest.raises(ValueError, match="no token"):
        client.check_vagas(CheckVagasRequest(), on_behalf_of="no token")
    client.close()


def test_a_server_of_another_authority_is_not_trusted(kind: str, secure: Scripted) -> None:
    client = make(kind, secure.target, tls=Tls(ca=Authority().pem), token="t1")
    with pytest.raises(Failed):
        client.check_vagas(CheckVagasRequest())
    assert secure.seen == []
    client.close()


def test_a_client_proves_who_it_is_by_certificate_and_reads_it_again(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minhacarona._links._LOOK", 0)
    names: list[str] = []
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"

    def write(name: str, at: int) -> None:
        pair = AUTHORITY.issue(name)
        certificate.write_bytes(pair.certificate)
        key.write_bytes(pair.key)
        os.utime(certificate, (at, at))

    credentials = grpc.ssl_server_credentials(
        [(SERVER.key, SERVER.certificate)], AUTHORITY.pem, require_client_auth=True
    )
    with Scripted(credentials) as server:
        attempt = server._attempt

        def named(method: str, request: Any, context: grpc.ServicerContext) -> None:
            name: Any = context.auth_context()["x509_common_name"]
            names.append(bytes(name[0]).decode())
            attempt(method, request, context)

        server._attempt = named  # type: ignore[method-assign]
        write("first", 1_000)
        client = make(kind, server.target, tls=Tls(AUTHORITY.pem, certificate, key))
        client.check_vagas(CheckVagasRequest())
        client.check_vagas(CheckVagasRequest())
        write("second", 2_000)
        client.check_vagas(CheckVagasRequest())
        client.close()
    assert names == ["first", "first", "second"]


def test_a_certificate_needs_its_key() -> None:
    with pytest.raises(ValueError, match="belong together"):
        Tls(certificate=b"c")
