"""Which tokens are believed."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from issuer import AUDIENCE, Key, claims, sign

from minhacarona_api.auth import Headers, Tokens
from minhacarona_api.jwks import Jwks, NoKeys
from minhacarona_api.problems import Problem
from minhacarona_api.settings import Authentication

ISSUER = "https://cognito-idp.sa-east-1.amazonaws.com/sa-east-1_x"
KEY, OTHER = Key("k1"), Key("k2")
SETTINGS = Authentication(ISSUER, frozenset({AUDIENCE}), "https://t/oauth2/token", "api", "secret")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Keys:
    """What an issuer answers, and how often it was asked."""

    def __init__(self, *keys: Key) -> None:
        self.keys = keys
        self.asked = 0
        self.away = False

    def __call__(self, url: str) -> bytes:
        assert url == f"{ISSUER}/.well-known/jwks.json"
        self.asked += 1
        if self.away:
            raise OSError
        return json.dumps({"keys": [key.public() for key in self.keys]}).encode()


def tokens() -> Tokens:
    return Tokens(SETTINGS, Jwks(ISSUER, fetch=Keys(KEY)))


def refused(token: str | None) -> str:
    with pytest.raises(Problem) as told:
        tokens().caller(token, {})
    return told.value.reason


def test_a_resident_is_who_the_token_says() -> None:
    token = sign(KEY, claims(ISSUER))
    caller = tokens().caller(token, {"x-usuario-id": "ana", "x-condominio-id": "outro"})
    assert (caller.id, caller.condominio_id, caller.token) == ("zeca", "aurora", token)
    assert token not in repr(caller)


@pytest.mark.parametrize(
    "more",
    [
        {"iss": "https://cognito-idp.sa-east-1.amazonaws.com/sa-east-1_y"},
        {"iss": None},
        {"aud": "public-api"},
        {"aud": None},
        {"token_use": "access"},
        {"token_use": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "a#b"},
        {"sub": "zeca\n"},
        {"exp": None},
        {"exp": int(time.time()) - 1},
        {"nbf": int(time.time()) + 600},
    ],
    ids=str,
)
def test_other_claims_are_not_believed(more: dict[str, Any]) -> None:
    assert refused(sign(KEY, claims(ISSUER, **more))) == "NAO_AUTENTICADO"


@pytest.mark.parametrize("condominio", [None, "", "a b", 7, ["aurora"]])
def test_who_lives_nowhere_may_do_nothing(condominio: Any) -> None:
    token = sign(KEY, claims(ISSUER, **{"custom:condominio_id": condominio}))
    assert refused(token) == "SEM_PERMISSAO"


def signed_with_the_public_key(told: dict[str, Any]) -> str:
    """By hand, since PyJWT refuses to make such a token."""
    public = KEY.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    parts = [{"alg": "HS256", "kid": "k1"}, told]
    head = b".".join(base64.urlsafe_b64encode(json.dumps(each).encode()) for each in parts)
    mac = base64.urlsafe_b64encode(hmac.digest(public, head.replace(b"=", b""), "sha256"))
    return (head + b"." + mac).replace(b"=", b"").decode()


def test_other_signatures_are_not_believed() -> None:
    told = claims(ISSUER)
    good = sign(KEY, told)
    header, body, _ = good.split(".")
    for token in (
        sign(OTHER, told),
        sign(OTHER, told, kid="k1"),
        sign(KEY, told, "RS384"),
        sign(KEY, told, "PS256"),
        jwt.encode(told, "", "none", headers={"kid": "k1"}),
        signed_with_the_public_key(told),
        f"{header}.{body}.",
        f"{good}x",
        f"{good}.{good}",
        "a.b.c",
        "ção",
        "",
        None,
        sign(KEY, claims(ISSUER, x="x" * 7_000)),
    ):
        assert refused(token) == "NAO_AUTENTICADO"


def test_keys_are_kept_and_read_again_when_they_change() -> None:
    clock, keys = Clock(), Keys(KEY)
    jwks = Jwks(ISSUER, clock=clock, fetch=keys)
    assert jwks.key("k1")
    assert jwks.key("k1")
    assert keys.asked == 1
    # Whoever makes up key ids has the issuer asked twice a minute at most.
    for _ in range(100):
        assert jwks.key("made-up") is None
    assert keys.asked == 1
    keys.keys = (OTHER,)
    clock.now = 30
    assert jwks.key("k2")
    assert jwks.key("k1") is None
    assert keys.asked == 2
    clock.now += 3_600
    assert jwks.key("k2")
    assert keys.asked == 3


def test_an_issuer_that_is_away_locks_nobody_out() -> None:
    clock, keys = Clock(), Keys(KEY)
    jwks = Jwks(ISSUER, clock=clock, fetch=keys)
    keys.away = True
    with pytest.raises(NoKeys):
        jwks.key("k1")
    with pytest.raises(NoKeys):
        jwks.key("k1")
    assert keys.asked == 1
    keys.away = False
    clock.now = 30
    assert jwks.key("k1")
    keys.away = True
    clock.now = 10_000
    assert jwks.key("k1")
    assert keys.asked == 3


def test_without_keys_it_is_not_the_callers_fault() -> None:
    keys = Keys()
    keys.away = True
    with pytest.raises(Problem) as told:
        Tokens(SETTINGS, Jwks(ISSUER, fetch=keys)).caller(sign(KEY, claims(ISSUER)), {})
    assert told.value.reason == "INDISPONIVEL"


@pytest.mark.parametrize(
    "headers",
    [{}, {"x-usuario-id": "zeca"}, {"x-usuario-id": "a#b", "x-condominio-id": "aurora"}],
)
def test_headers_alone_must_be_ids(headers: dict[str, str]) -> None:
    with pytest.raises(Problem):
        Headers().caller(None, headers)
