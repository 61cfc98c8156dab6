"""Client of Minha Carona: rides and reservations of a condominium, over gRPC."""

from ._list import CaronaList
from ._watch import Watch
from .client import Client
from .credentials import client_credentials
from .deadline import deadline, deadline_from
from .errors import CallError, Failed, OutcomeUnknown, Refused, Violation
from .tls import Tls
from .tokens import Token, TokenSource
from .v1.carona_pb2 import Carona, StatusCarona, Veiculo
from .v1.carona_service_pb2 import (
    CaronaUpdateRequest,
    CheckVagasRequest,
    CheckVagasResponse,
    Consistencia,
    CreateCaronaRequest,
    GetCaronaRequest,
    ListCaronasRequest,
    UpdateCaronaStatusRequest,
)
from .v1.reserva_pb2 import Reserva, StatusReserva
from .v1.reserva_service_pb2 import (
    GetReservasRequest,
    ProcessarReservaRequest,
    ReservaResponse,
    UpdateReservaStatusRequest,
)

Assinar = CaronaUpdateRequest.Assinar

__all__ = [
    "Assinar",
    "CallError",
    "Carona",
    "CaronaList",
    "CheckVagasRequest",
    "CheckVagasResponse",
    "Client",
    "Consistencia",
    "CreateCaronaRequest",
    "Failed",
    "GetCaronaRequest",
    "GetReservasRequest",
    "ListCaronasRequest",
    "OutcomeUnknown",
    "ProcessarReservaRequest",
    "Refused",
    "Reserva",
    "ReservaResponse",
    "StatusCarona",
    "StatusReserva",
    "Tls",
    "Token",
    "TokenSource",
    "UpdateCaronaStatusRequest",
    "UpdateReservaStatusRequest",
    "Veiculo",
    "Violation",
    "Watch",
    "client_credentials",
    "deadline",
    "deadline_from",
]
