"""What the API refuses to start with."""

from __future__ import annotations

import pytest

from minhacarona_api.settings import BadSettings, read

OFF = {
    "MINHA_CARONA_API_AUTHENTICATION": "off",
    "MINHA_CARONA_DYNAMODB_ENDPOINT": "http://127.0.0.1:8001",
}
REQUIRED = {
    "MINHA_CARONA_TARGET": "dns:///minha-carona.internal:443",
    "MINHA_CARONA_API_ISSUER": "https://cognito-idp.sa-east-1.amazonaws.com/sa-east-1_x",
    "MINHA_CARONA_API_AUDIENCES": "a, b",
    "MINHA_CARONA_API_TOKEN_ENDPOINT": "https://x.amazoncognito.com/oauth2/token",
    "MINHA_CARONA_API_CLIENT_ID": "api",
    "MINHA_CARONA_API_CLIENT_SECRET": "s3cret",
}


def test_one_machine_needs_only_the_tables_address() -> None:
    settings = read(OFF)
    assert settings.authentication is None
    assert settings.target == "localhost:50051"


def test_on_aws_tokens_are_required() -> None:
    settings = read(REQUIRED)
    assert settings.authentication
    assert settings.authentication.audiences == {"a", "b"}
    assert settings.queue_url is None
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize("name", ["AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_RUNTIME_API"])
def test_nobody_is_taken_at_their_word_on_lambda(name: str) -> None:
    with pytest.raises(BadSettings, match="for one machine and not for AWS"):
        read(OFF | {name: "x"})


def test_nobody_is_taken_at_their_word_beside_a_real_table() -> None:
    with pytest.raises(BadSettings, match="no address of this machine"):
        read(OFF | {"MINHA_CARONA_DYNAMODB_ENDPOINT": "https://dynamodb.sa-east-1.amazonaws.com"})
    with pytest.raises(BadSettings, match="MINHA_CARONA_DYNAMODB_ENDPOINT must be set"):
        read({"MINHA_CARONA_API_AUTHENTICATION": "off"})


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadSettings) as told:
        read({})
    for name in set(REQUIRED) - {"MINHA_CARONA_API_CLIENT_SECRET"}:
        assert f"{name} must be set" in str(told.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MINHA_CARONA_API_AUTHENTICATION", "no"),
        ("MINHA_CARONA_API_ISSUER", "http://issuer"),
        ("MINHA_CARONA_API_TOKEN_ENDPOINT", "http://issuer/token"),
        ("MINHA_CARONA_API_CLIENT_SECRET_ARN", "arn:aws:secretsmanager:sa-east-1:1:secret:x"),
        ("MINHA_CARONA_RESERVATIONS_QUEUE_URL", "reservations"),
        ("MINHA_CARONA_SQS_ENDPOINT", "localhost:9324"),
    ],
)
def test_wrong_settings_are_named(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        read(REQUIRED | {name: value})
