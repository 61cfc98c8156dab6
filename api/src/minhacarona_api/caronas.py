"""Rides."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from google.protobuf.timestamp_pb2 import Timestamp
from minhacarona import (
    CheckVagasRequest,
    Consistencia,
    CreateCaronaRequest,
    GetCaronaRequest,
    ListCaronasRequest,
    StatusCarona,
    UpdateCaronaStatusRequest,
)
from minhacarona import Veiculo as VeiculoMessage

from .auth import CallerHere
from .models import Carona, Caronas, Instant, MudancaCarona, NovaCarona, Vagas, situacao
from .parts import CaronaId, KeyHere, ServicesHere, problems, tagged
from .services import options

router = APIRouter(tags=["caronas"])

# A page that fits into one answer of some 50 KB.
_MAX_PAGE = 100
_PAGE = 20

_Strong = Annotated[
    Literal["EVENTUAL", "FORTE"],
    Query(description="FORTE lê o que acaba de ser gravado; EVENTUAL pode ter 250 ms"),
]


@router.post("/caronas", status_code=201, responses=problems(409))
def oferecer(
    nova: NovaCarona, key: KeyHere, caller: CallerHere, services: ServicesHere, response: Response
) -> Carona:
    """Oferece uma carona, dirigida por quem chama."""
    carona = services.client.create_carona(
        CreateCaronaRequest(
            request_id=key,
            condominio_id=caller.condominio_id,
            motorista_id=caller.id,
            origem=nova.origem,
            destino=nova.destino,
            partida=_timestamp(nova.partida),
            vagas_total=nova.vagas_total,
            veiculo=VeiculoMessage(**nova.veiculo.model_dump()),
            observacoes=nova.observacoes,
        ),
        **options(caller),
    )
    response.headers["Location"] = f"/caronas/{carona.id}"
    return Carona.of(carona)


@router.get("/caronas", responses=problems())
def listar(
    *,
    request: Request,
    response: Response,
    caller: CallerHere,
    services: ServicesHere,
    de: Annotated[Instant | None, Query(description="partida a partir de; agora")] = None,
    ate: Annotated[Instant | None, Query(description="partida antes de; sem fim")] = None,
    vagas_minimas: Annotated[int, Query(ge=1, le=50)] = 1,
    limite: Annotated[int, Query(ge=1, le=_MAX_PAGE)] = _PAGE,
    apos: Annotated[str, Query(max_length=512, description="do cabeçalho Link")] = "",
) -> Caronas:
    """Lista as caronas abertas do condomínio, pela partida."""
    wanted = ListCaronasRequest(
        condominio_id=caller.condominio_id,
        de=_timestamp(de),
        ate=_timestamp(ate),
        vagas_minimas=vagas_minimas,
        # One more, to know whether there is a next page.
        limite=limite + 1,
        apos=apos,
    )
    page: list[Carona] = []
    cursor = ""
    with services.client.list_caronas_disponiveis(wanted, **options(caller)) as caronas:
        for carona in caronas:
            if len(page) == limite:
                response.headers["Link"] = f'<{_next(request, cursor)}>; rel="next"'
                break
            page.append(Carona.of(carona))
            cursor = caronas.cursor
    return Caronas(caronas=page)


@router.get("/caronas/{carona_id}", responses={304: {}, **problems(404)})
def ver(
    *,
    carona_id: CaronaId,
    request: Request,
    response: Response,
    caller: CallerHere,
    services: ServicesHere,
    consistencia: _Strong = "EVENTUAL",
) -> Carona:
    """Mostra uma carona."""
    carona = services.client.get_carona(
        GetCaronaRequest(carona_id=carona_id, consistencia=_consistencia(consistencia)),
        **options(caller),
    )
    same = tagged(request, response, str(carona.versao))
    return same or Carona.of(carona)  # type: ignore[return-value]


@router.get("/caronas/{carona_id}/vagas", responses={304: {}, **problems(404)})
def vagas(
    *,
    carona_id: CaronaId,
    request: Request,
    response: Response,
    caller: CallerHere,
    services: ServicesHere,
    vagas: Annotated[int, Query(ge=1, le=8, description="quantas seriam reservadas")] = 1,
    consistencia: _Strong = "EVENTUAL",
) -> Vagas:
    """Diz quantas vagas restam."""
    left = services.client.check_vagas(
        CheckVagasRequest(
            carona_id=carona_id, vagas=vagas, consistencia=_consistencia(consistencia)
        ),
        **options(caller),
    )
    # A ride stops to be available when it departs, which is no change of it.
    same = tagged(request, response, f"{left.versao}-{'sim' if left.disponivel else 'nao'}")
    return same or Vagas(  # type: ignore[return-value]
        disponivel=left.disponivel,
        vagas_disponiveis=left.vagas_disponiveis,
        status=situacao(left.status),
        versao=left.versao,
    )


@router.patch("/caronas/{carona_id}", responses=problems(404, 409))
def mudar(
    carona_id: CaronaId, mudanca: MudancaCarona, caller: CallerHere, services: ServicesHere
) -> Carona:
    """Diz que a carona partiu, chegou ou foi cancelada. Repetir não muda nada."""
    carona = services.client.update_carona_status(
        UpdateCaronaStatusRequest(
            carona_id=carona_id,
            status=StatusCarona.Value(f"STATUS_CARONA_{mudanca.status}"),
            motivo=mudanca.motivo,
        ),
        **options(caller),
    )
    return Carona.of(carona)


def _timestamp(instant: dt.datetime | None) -> Timestamp | None:
    if instant is None:
        return None
    timestamp = Timestamp()
    timestamp.FromDatetime(instant)
    return timestamp


def _consistencia(name: str) -> Consistencia.ValueType:
    return Consistencia.Value(f"CONSISTENCIA_{name}")


def _next(request: Request, cursor: str) -> str:
    query = [(k, v) for k, v in request.query_params.multi_items() if k != "apos"]
    return f"/caronas?{urlencode([*query, ('apos', cursor)])}"
