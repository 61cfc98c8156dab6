"""Reservations."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import JSONResponse
from minhacarona import (
    GetReservasRequest,
    ProcessarReservaRequest,
    StatusReserva,
    UpdateReservaStatusRequest,
)

from . import problems as problem
from . import reasons
from .auth import CallerHere
from .forms import UUID_FORM
from .models import NovaReserva, PedidoNaFila, Reserva, ReservaFeita, Reservas, SituacaoReserva
from .parts import CaronaId, KeyHere, ServicesHere, problems
from .problems import Problem
from .services import options

router = APIRouter(tags=["reservas"])

_ASYNC = "respond-async"


@router.post(
    "/caronas/{carona_id}/reservas",
    status_code=201,
    responses={
        200: {"model": ReservaFeita, "description": "Já havia sido feita com a mesma chave"},
        202: {"model": PedidoNaFila, "description": "Na fila; Location diz onde perguntar"},
        **problems(404, 409),
    },
)
def reservar(
    *,
    carona_id: CaronaId,
    nova: NovaReserva,
    key: KeyHere,
    caller: CallerHere,
    services: ServicesHere,
    response: Response,
    prefer: Annotated[str, Header(description="respond-async: não esperar")] = "",
) -> ReservaFeita:
    """Reserva vagas para quem chama."""
    wanted = ProcessarReservaRequest(
        request_id=key,
        carona_id=carona_id,
        usuario_id=caller.id,
        condominio_id=caller.condominio_id,
        vagas=nova.vagas,
    )
    place = f"/caronas/{carona_id}/reservas/eu"
    # A preference and no order: without a queue the booking is made at once (RFC 7240).
    if services.fila and _prefers_async(prefer):
        services.fila.put(wanted)
        return JSONResponse(  # type: ignore[return-value]
            PedidoNaFila(idempotency_key=key).model_dump(),
            202,
            {
                "Location": f"{place}?pedido={key}",
                "Preference-Applied": _ASYNC,
                "Retry-After": "1",
            },
        )
    booked = services.client.processar_reserva(wanted, **options(caller))
    response.headers["Location"] = place
    if booked.repetida:
        response.status_code = 200
    return ReservaFeita.made(booked)


@router.get("/caronas/{carona_id}/reservas", responses=problems(404))
def listar(
    carona_id: CaronaId,
    caller: CallerHere,
    services: ServicesHere,
    status: Annotated[SituacaoReserva | None, Query()] = None,
) -> Reservas:
    """Lista as reservas: quem dirige vê todas, os outros a sua."""
    wanted = GetReservasRequest(carona_id=carona_id)
    if status:
        wanted.status = StatusReserva.Value(f"STATUS_RESERVA_{status}")
    found = services.client.get_reservas(wanted, **options(caller))
    return Reservas(reservas=[Reserva.of(each) for each in found])


@router.get("/caronas/{carona_id}/reservas/eu", responses=problems(404, 409))
def minha(
    carona_id: CaronaId,
    caller: CallerHere,
    services: ServicesHere,
    pedido: Annotated[
        str | None,
        Query(pattern=UUID_FORM, description="a Idempotency-Key de um pedido que foi à fila"),
    ] = None,
) -> Reserva:
    """Mostra a reserva de quem chama. Com `pedido`, diz também por que ele foi recusado.

    Um pedido que ainda está na fila responde 404.
    """
    found = services.client.get_reservas(GetReservasRequest(carona_id=carona_id), **options(caller))
    mine = next((each for each in found if each.usuario_id == caller.id), None)
    recusa = services.recusas.find(carona_id, caller.id, pedido.lower()) if pedido else None
    if recusa:
        reason = reasons.by_name(recusa.reason)
        return problem.answer(  # type: ignore[return-value]
            recusa.reason, reason, metadata=recusa.metadata
        )
    if mine is None:
        raise Problem("RESERVA_NAO_ENCONTRADA", metadata={"carona_id": carona_id})
    return Reserva.of(mine)


@router.delete("/caronas/{carona_id}/reservas/eu", status_code=204, responses=problems(404, 409))
def cancelar(
    carona_id: CaronaId,
    caller: CallerHere,
    services: ServicesHere,
    motivo: Annotated[str, Query(max_length=140)] = "",
) -> None:
    """Cancela a reserva de quem chama, antes da partida. Repetir não muda nada."""
    services.client.update_reserva_status(
        UpdateReservaStatusRequest(
            carona_id=carona_id,
            usuario_id=caller.id,
            status=StatusReserva.STATUS_RESERVA_CANCELADA,
            motivo=motivo,
        ),
        **options(caller),
    )


def _prefers_async(prefer: str) -> bool:
    return any(each.split(";")[0].strip().lower() == _ASYNC for each in prefer.split(","))
