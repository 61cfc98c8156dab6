"""The JSON that the API takes and gives. Names are those of the gRPC contract."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

from minhacarona import StatusCarona, StatusReserva
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from .forms import (
    EMAIL_FORM,
    ENDPOINT_FORM,
    ID_FORM,
    TELEFONE_FORM,
    TIME_FORM,
    in_utc,
    one_line,
    time_zone,
)

if TYPE_CHECKING:
    import minhacarona
    from google.protobuf.timestamp_pb2 import Timestamp

Id = Annotated[str, Field(pattern=ID_FORM, description="até 64 caracteres")]
Place = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(one_line)]
Part = Annotated[str, Field(max_length=40), AfterValidator(one_line)]
Why = Annotated[str, Field(max_length=140), AfterValidator(one_line)]
Instant = Annotated[AwareDatetime, AfterValidator(in_utc)]


class _Taken(BaseModel):
    """What callers send. A field that nobody knows is a mistake of theirs."""

    model_config = ConfigDict(extra="forbid")


class Situacao(StrEnum):
    """The life of a ride."""

    ABERTA = "ABERTA"
    LOTADA = "LOTADA"
    EM_ANDAMENTO = "EM_ANDAMENTO"
    CONCLUIDA = "CONCLUIDA"
    CANCELADA = "CANCELADA"


class SituacaoReserva(StrEnum):
    """The life of a reservation."""

    CONFIRMADA = "CONFIRMADA"
    CANCELADA = "CANCELADA"
    CONCLUIDA = "CONCLUIDA"
    NAO_COMPARECEU = "NAO_COMPARECEU"


class Veiculo(_Taken):
    """The car, as passengers look for it."""

    modelo: Part = ""
    cor: Part = ""
    placa: Annotated[str, Field(pattern=r"^([A-Z]{3}[0-9]([0-9]|[A-J])[0-9]{2})?$")] = ""


class NovaCarona(_Taken):
    """A ride to offer; its driver is the caller."""

    origem: Place
    destino: Place
    partida: Annotated[Instant, Field(description="no futuro, a no máximo 90 dias")]
    vagas_total: Annotated[int, Field(ge=1, le=50)]
    veiculo: Veiculo = Veiculo()
    observacoes: Annotated[str, Field(max_length=280), AfterValidator(one_line)] = ""


class MudancaCarona(_Taken):
    """The status that a ride shall have."""

    status: Literal["EM_ANDAMENTO", "CONCLUIDA", "CANCELADA"]
    motivo: Why = ""


class NovaReserva(_Taken):
    """A booking to make; its passenger is the caller."""

    vagas: Annotated[int, Field(ge=1, le=8)] = 1


class Carona(BaseModel):
    """A ride that a driver offers to the residents of one condominium."""

    id: str
    condominio_id: str
    motorista_id: str
    origem: str
    destino: str
    partida: dt.datetime
    vagas_total: int
    vagas_disponiveis: int
    status: Situacao | None = Field(description="null: um estado que esta versão não conhece")
    versao: int
    veiculo: Veiculo
    observacoes: str
    motivo: str
    criada_em: dt.datetime
    atualizada_em: dt.datetime

    @classmethod
    def of(cls, carona: minhacarona.Carona) -> Carona:
        """From a message of the contract."""
        return cls(
            id=carona.id,
            condominio_id=carona.condominio_id,
            motorista_id=carona.motorista_id,
            origem=carona.origem,
            destino=carona.destino,
            partida=_instant(carona.partida),
            vagas_total=carona.vagas_total,
            vagas_disponiveis=carona.vagas_disponiveis,
            status=situacao(carona.status),
            versao=carona.versao,
            # Not checked again: what is stored is told, whatever the rules are by now.
            veiculo=Veiculo.model_construct(
                modelo=carona.veiculo.modelo, cor=carona.veiculo.cor, placa=carona.veiculo.placa
            ),
            observacoes=carona.observacoes,
            motivo=carona.motivo,
            criada_em=_instant(carona.criada_em),
            atualizada_em=_instant(carona.atualizada_em),
        )


class Caronas(BaseModel):
    """A page of rides; the header Link leads to the next one, if there is one."""

    caronas: list[Carona]


class Vagas(BaseModel):
    """Seats left on a ride."""

    disponivel: bool = Field(description="há tantas vagas quantas foram pedidas")
    vagas_disponiveis: int
    status: Situacao | None
    versao: int


class Reserva(BaseModel):
    """One resident's place in one ride."""

    carona_id: str
    usuario_id: str
    vagas: int
    status: SituacaoReserva | None
    versao: int
    motivo: str
    criada_em: dt.datetime
    atualizada_em: dt.datetime

    @classmethod
    def of(cls, reserva: minhacarona.Reserva) -> Reserva:
        """From a message of the contract."""
        return cls(**_reserva(reserva))


class ReservaFeita(Reserva):
    """A booking that was made, now or by an earlier call with the same key."""

    repetida: bool
    vagas_disponiveis: int | None = Field(description="null: não se sabe sem outra leitura")

    @classmethod
    def made(cls, response: minhacarona.ReservaResponse) -> ReservaFeita:
        """From the answer of the service."""
        left = response.vagas_disponiveis if response.HasField("vagas_disponiveis") else None
        return cls(**_reserva(response.reserva), repetida=response.repetida, vagas_disponiveis=left)


class Reservas(BaseModel):
    """The reservations of a ride that the caller may see."""

    reservas: list[Reserva]


class PedidoNaFila(BaseModel):
    """A booking that will be made, or refused, in a moment."""

    idempotency_key: str


class Silencio(_Taken):
    """Quiet hours by the resident's clock; they may go past midnight."""

    de: Annotated[str, Field(pattern=TIME_FORM)]
    ate: Annotated[str, Field(pattern=TIME_FORM)]


Aviso = Literal[
    "reserva.confirmada",
    "reserva.recusada",
    "reserva.cancelada",
    "carona.lotada",
    "carona.em_andamento",
    "carona.cancelada",
]
Canal = Literal["EMAIL", "SMS", "PUSH"]


class Desejos(_Taken):
    """How a resident can be reached, and wants to be. What is left out is taken away."""

    nome: Annotated[str, Field(max_length=80), AfterValidator(one_line)] = ""
    email: Annotated[str, Field(max_length=254, pattern=f"^({EMAIL_FORM})?$")] = ""
    telefone: Annotated[str, Field(pattern=f"^({TELEFONE_FORM})?$")] = ""
    push_endpoint: Annotated[str, Field(pattern=f"^({ENDPOINT_FORM})?$")] = ""
    canais: Annotated[list[Canal], Field(max_length=3)] = []
    avisos_recusados: Annotated[list[Aviso], Field(max_length=6)] = []
    silencio: Silencio | None = None
    fuso: Annotated[
        str | None,
        Field(max_length=64, description="como America/Manaus"),
        AfterValidator(time_zone),
    ] = None

    def model_post_init(self, context: Any, /) -> None:
        """A set, in one order, so that the same wishes are the same item."""
        del context
        self.canais = sorted(set(self.canais))
        self.avisos_recusados = sorted(set(self.avisos_recusados))


class Usuario(BaseModel):
    """The resident who calls."""

    id: str
    condominio_id: str
    nome: str
    email: str
    telefone: str
    push_endpoint: str
    canais: list[str]
    avisos_recusados: list[str]
    silencio: dict[str, str] | None
    fuso: str | None


class Violacao(BaseModel):
    """A field that was wrong, and why."""

    campo: str
    descricao: str


class Problema(BaseModel):
    """An error (RFC 9457). Programs branch on `reason`; title and detail are for people."""

    type: str
    title: str
    status: int
    detail: str
    reason: str
    trace_id: str
    metadata: dict[str, str] | None = None
    violations: list[Violacao] | None = None
    idempotency_key: str | None = Field(
        None, description="com que repetir, quando não se sabe o resultado"
    )


def situacao(status: StatusCarona.ValueType) -> Situacao | None:
    """The status without the prefix that it has in the contract."""
    name = _bare(StatusCarona.keys(), StatusCarona.values(), status, "STATUS_CARONA_")
    return Situacao(name) if name in Situacao.__members__ else None


def _reserva(reserva: minhacarona.Reserva) -> dict[str, Any]:
    name = _bare(StatusReserva.keys(), StatusReserva.values(), reserva.status, "STATUS_RESERVA_")
    return {
        "carona_id": reserva.carona_id,
        "usuario_id": reserva.usuario_id,
        "vagas": reserva.vagas,
        "status": SituacaoReserva(name) if name in SituacaoReserva.__members__ else None,
        "versao": reserva.versao,
        "motivo": reserva.motivo,
        "criada_em": _instant(reserva.criada_em),
        "atualizada_em": _instant(reserva.atualizada_em),
    }


def _bare(names: list[str], values: list[Any], status: int, prefix: str) -> str:
    name: str = dict(zip(values, names, strict=True)).get(status, "")
    return name.removeprefix(prefix)


def _instant(timestamp: Timestamp) -> dt.datetime:
    return timestamp.ToDatetime(tzinfo=dt.UTC)
