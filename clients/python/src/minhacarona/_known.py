"""What a list or a watch remembers, so that it goes on where it was interrupted."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import grpc

from ._call import AttemptFailed
from .errors import Failure
from .v1.carona_service_pb2 import (
    CaronaUpdateRequest,
    CaronaUpdateResponse,
    ListCaronasRequest,
)

if TYPE_CHECKING:
    from ._call import Call
    from .v1.carona_pb2 import Carona
    from .v1.carona_service_pb2 import CaronaResponse

# Three times the longest silence of a server.
SILENCE = 60.0

# The number of rides that one stream may follow.
_MAX_KNOWN = 10_000

# As many as fit into a request of 64 KiB. The server repeats the rest, which is filtered out.
_MAX_KNOWN_SENT = 1_000

_FIRST_PAUSE, _MAX_PAUSE = 0.1, 5.0

_CODES: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}

# The stream's own deadline is longer than any stream lives. CANCELLED is told of a stream that the
# watch itself ended because its server was silent, or that something between cut.
_PASSING = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.CANCELLED,
    }
)


class RefusedCommand(AttemptFailed):
    """The server refused to let the stream follow the rides."""

    def __init__(self, resultado: CaronaUpdateResponse.Resultado) -> None:
        super().__init__(
            Failure(
                _CODES.get(resultado.codigo, grpc.StatusCode.UNKNOWN),
                resultado.mensagem,
                reason=resultado.motivo,
            )
        )


class Rest:
    """What a list still has to bring."""

    def __init__(self, request: ListCaronasRequest) -> None:
        self.request = ListCaronasRequest()
        self.request.CopyFrom(request)
        self._limited = request.limite > 0
        # Whether the present attempt has brought a ride.
        self.arrived = False

    @property
    def over(self) -> bool:
        """A request with a `limite` of 0 would have none."""
        return self._limited and self.request.limite == 0

    @property
    def cursor(self) -> str:
        """The place after the last ride, or where the list began."""
        return self.request.apos

    def took(self, response: CaronaResponse) -> Carona:
        """Called with each ride."""
        self.arrived = True
        self.request.apos = response.cursor
        if self._limited:
            self.request.limite -= 1
        return response.carona

    def broken(self, call: Call) -> Call:
        """The call that goes on. One that has brought a ride begins to count its attempts anew."""
        arrived, self.arrived = self.arrived, False
        return call.anew() if arrived else call


class Known:
    """The newest version of each ride that the caller got."""

    def __init__(self, assinar: CaronaUpdateRequest.Assinar) -> None:
        self._assinar = assinar
        # In the order in which the caller got them.
        self._versions: dict[str, int] = {}
        self._pause = _FIRST_PAUSE
        # Whether the first states of all rides came on the present stream.
        self.synced = False

    def request(self) -> CaronaUpdateRequest:
        """Begins a stream that leaves out what is known."""
        self.synced = False
        assinar = CaronaUpdateRequest.Assinar()
        assinar.CopyFrom(self._assinar)
        for carona_id in list(self._versions)[-_MAX_KNOWN_SENT:]:
            assinar.versoes_conhecidas[carona_id] = self._versions[carona_id]
        return CaronaUpdateRequest(assinar=assinar)

    def news(self, response: CaronaUpdateResponse) -> Carona | None:
        """What the caller is to get of a message."""
        if response.HasField("resultado") and response.resultado.codigo:
            raise RefusedCommand(response.resultado)
        if response.HasField("sincronizado"):
            self.synced = True
            self._pause = _FIRST_PAUSE
        if not response.HasField("atualizacao"):
            return None
        carona = response.atualizacao.carona
        has = self._versions.get(carona.id, 0)
        # An initial state that is older comes of a table that was restored.
        if has < carona.versao or (response.atualizacao.inicial and has > carona.versao):
            self._versions.pop(carona.id, None)
            self._versions[carona.id] = carona.versao
            if len(self._versions) > _MAX_KNOWN:
                del self._versions[next(iter(self._versions))]
            return carona
        return None

    def pause(self) -> float:
        """Seconds before the next stream."""
        pause = random.uniform(0, self._pause)
        self._pause = min(self._pause * 2, _MAX_PAUSE)
        return pause


def passes(failure: Failure) -> bool:
    """Whether another stream may succeed a moment later."""
    return failure.code in _PASSING or failure.reason == "SOBRECARGA"
