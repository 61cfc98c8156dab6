"""What the blocking client and its aio twin have in common."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, TypedDict, TypeVar

from . import _config
from ._call import Call, Headers, Throttle
from .deadline import end_of
from .tls import Tls
from .tokens import Tokens, check_token

if TYPE_CHECKING:
    import grpc
    from google.protobuf.message import Message

    from .tokens import TokenSource
    from .v1.carona_service_pb2 import CreateCaronaRequest
    from .v1.reserva_service_pb2 import ProcessarReservaRequest

    Identified = TypeVar("Identified", CreateCaronaRequest, ProcessarReservaRequest)

_CONDOMINIO = re.compile(r"[A-Za-z0-9._:@-]{1,64}")

# The services ignore what is longer, or has no root.
_TRACE = re.compile(r"(?=.{1,256}$)(.*; ?)?Root=1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}(;[ -~]*)?")

_OPTIONS: tuple[tuple[str, int | str], ...] = (
    ("grpc.primary_user_agent", "minhacarona-python"),
    # The published config holds, whatever a DNS record says.
    ("grpc.service_config_disable_resolution", 1),
    # Otherwise a new channel would use the connections of the one that it replaces.
    ("grpc.use_local_subchannel_pool", 1),
    # The servers allow a ping every 20 s.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.max_pings_without_data", 0),
    # A server that restarts is found again at once, and one that is away is asked every 5 s.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 5_000),
    # How long a connection may take to come about.
    ("grpc.min_reconnect_backoff_ms", 2_000),
)


class CallOptions(TypedDict, total=False):
    """What every call may be told."""

    timeout: float
    """Seconds for all attempts together; without it, the method's own of `timeouts.json`."""
    on_behalf_of: str
    """The token by which a resident proved who it is: services judge the call as the resident's."""
    condominio: str
    """Binds the call to this condominium, in place of the client's own."""
    trace: str
    """An `X-Amzn-Trace-Id`, under which the services log and trace the call."""


class Core:
    """Makes calls as the client's settings say."""

    def __init__(
        self,
        target: str,
        *,
        reserva_target: str | None = None,
        tls: Tls | bool = True,
        token: str | TokenSource | None = None,
        on_behalf_of: str | None = None,
        condominio: str | None = None,
        direct: bool = False,
    ) -> None:
        if tls is False and (token or on_behalf_of):
            raise ValueError("Tokens are sent over TLS only")
        if condominio is not None:
            _check_condominio(condominio)
        self.carona_target = target
        self.reserva_target = reserva_target or target
        self._tls = Tls() if tls is True else tls
        self._on_behalf_of = on_behalf_of
        self._headers: Headers = ()
        self.tokens: Tokens | None = None
        self._condominio = condominio
        if isinstance(token, str):
            self._headers += (("authorization", f"Bearer {check_token(token)}"),)
        elif token is not None:
            self.tokens = Tokens(token)
        if on_behalf_of is not None:
            check_token(on_behalf_of)
        self._throttle = Throttle(_config.throttling())
        self.options = (*_OPTIONS, ("grpc.service_config", _config.for_channel(direct)))

    def credentials(self) -> grpc.ChannelCredentials | None:
        """For a new channel; None is plaintext."""
        return self._tls.credentials() if self._tls else None

    def stamp(self) -> tuple[int, ...]:
        """Is another one when certificates have changed."""
        return self._tls.stamp() if self._tls else ()

    def call(self, method: str, request: Message, options: CallOptions) -> Call:
        """A call that has not been attempted yet."""
        config = _config.methods()[method]
        headers = self._headers
        resident = options.get("on_behalf_of", self._on_behalf_of)
        if resident is not None:
            if not self._tls:
                raise ValueError("Tokens are sent over TLS only")
            headers += (("x-on-behalf-of", check_token(resident)),)
        condominio = options.get("condominio")
        if condominio is not None:
            _check_condominio(condominio)
        else:
            condominio = self._condominio
        if condominio is not None:
            headers += (("x-tenant-id", condominio),)
        trace = options.get("trace")
        if trace is not None:
            if not _TRACE.fullmatch(trace):
                raise ValueError("trace is no X-Amzn-Trace-Id")
            headers += (("x-amzn-trace-id", trace),)
        return Call(
            config,
            request,
            end=end_of(options.get("timeout", config.timeout)),
            headers=headers,
            tokens=self.tokens,
            throttle=self._throttle,
        )


def _check_condominio(condominio: str) -> None:
    if not _CONDOMINIO.fullmatch(condominio):
        raise ValueError("condominio is no id")


def identified(request: Identified) -> Identified:
    """The request with a `request_id`, made once, so that every attempt carries the same."""
    if request.request_id:
        return request
    copy = type(request)()
    copy.CopyFrom(request)
    copy.request_id = str(uuid.uuid4())
    return copy
