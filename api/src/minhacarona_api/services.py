"""What the API calls: the services, the queue and the table. One of each for the process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import boto3
from botocore.config import Config
from minhacarona import Client, client_credentials

from . import trace
from .fila import Fila
from .recusas import Recusas
from .usuario_item import Usuarios

if TYPE_CHECKING:
    from collections.abc import Callable

    from minhacarona import Token

    from .auth import Caller
    from .settings import Authentication, Settings

# Two attempts of the SDK take 3 s at most, which fits into a function's 10 s.
_AWS = Config(
    connect_timeout=0.5,
    read_timeout=1,
    retries={"mode": "standard", "total_max_attempts": 2},
)

_SCOPE = "minha-carona/on-behalf-of"


class Options(TypedDict, total=False):
    """Goes with every call of a service."""

    on_behalf_of: str
    condominio: str
    trace: str


@dataclass(frozen=True)
class Services:
    """Made once, before the first request."""

    client: Client
    usuarios: Usuarios
    recusas: Recusas
    # None: bookings are made at once.
    fila: Fila | None

    @staticmethod
    def connect(settings: Settings) -> Services:
        """Connects to nothing yet: each does with its first call."""
        authentication = settings.authentication
        session = (
            boto3.Session(region_name=settings.region)
            if authentication
            # Nobody checks them, and real ones must not get there.
            else boto3.Session("none", "none", region_name=settings.region)
        )
        dynamodb = session.client("dynamodb", endpoint_url=settings.dynamodb_endpoint, config=_AWS)
        return Services(
            client=Client(
                settings.target,
                reserva_target=settings.reserva_target,
                tls=authentication is not None,
                token=_own_tokens(authentication, session) if authentication else None,
            ),
            usuarios=Usuarios(dynamodb, settings.table),
            recusas=Recusas(dynamodb, settings.table),
            fila=Fila(
                session.client("sqs", endpoint_url=settings.sqs_endpoint, config=_AWS),
                settings.queue_url,
            )
            if settings.queue_url
            else None,
        )


def options(caller: Caller) -> Options:
    """The call is the resident's, in the resident's condominium, and of the request's trace."""
    told = Options(condominio=caller.condominio_id)
    if caller.token is not None:
        told["on_behalf_of"] = caller.token
    header = trace.header()
    if header is not None:
        told["trace"] = header
    return told


def _own_tokens(settings: Authentication, session: boto3.Session) -> Callable[[], Token]:
    """The secret is read when it is needed, so a function that starts does not wait for it."""

    def fetch() -> Token:
        secret = settings.client_secret
        if not secret:
            secrets = session.client("secretsmanager", config=_AWS)
            secret = secrets.get_secret_value(SecretId=settings.client_secret_arn)["SecretString"]
        return client_credentials(
            settings.token_endpoint, settings.client_id, secret.strip(), _SCOPE
        )()

    return fetch
