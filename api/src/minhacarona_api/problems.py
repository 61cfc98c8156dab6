"""Tells errors as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from fastapi.responses import JSONResponse
from minhacarona import CallError, CreateCaronaRequest, OutcomeUnknown, ProcessarReservaRequest

from . import reasons, trace
from .reasons import RESULTADO_DESCONHECIDO
from .violations import of_fields, of_service

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import FastAPI, Request
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"

# Seconds to wait where the service did not say how long, and a repeat may help.
_RETRY_AFTER = 1
_REPEATABLE = frozenset(
    {"CONFLITO", RESULTADO_DESCONHECIDO, "INDISPONIVEL", "SOBRECARGA", "PRAZO_ESGOTADO"}
)

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_OF_STATUS = {404: "ROTA_NAO_ENCONTRADA", 405: "METODO_NAO_PERMITIDO", 413: "CORPO_GRANDE_DEMAIS"}


class Problem(Exception):  # noqa: N818  It is an answer.
    """What the API itself says no to."""

    def __init__(
        self,
        reason: str,
        *,
        metadata: Mapping[str, str] | None = None,
        violations: Sequence[dict[str, str]] = (),
        idempotency_key: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.metadata = metadata or {}
        self.violations = violations
        self.idempotency_key = idempotency_key


def answer(
    name: str,
    reason: reasons.Reason,
    *,
    metadata: Mapping[str, str] | None = None,
    violations: Sequence[dict[str, str]] = (),
    retry_after: float | None = None,
    idempotency_key: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The response that tells a reason."""
    body: dict[str, Any] = {
        "type": f"https://minhacarona.com.br/erros/{name}",
        "title": reason.title,
        "status": int(reason.status),
        "detail": reason.detail,
        "reason": name,
        "trace_id": trace.root(),
    }
    if metadata:
        body["metadata"] = dict(metadata)
    if violations:
        body["violations"] = list(violations)
    if idempotency_key:
        body["idempotency_key"] = idempotency_key
    told = {**(headers or {})}
    if name in _REPEATABLE:
        told["Retry-After"] = str(max(1, math.ceil(retry_after or _RETRY_AFTER)))
    if name == "NAO_AUTENTICADO":
        told["WWW-Authenticate"] = "Bearer"
    trace.note(name)
    return JSONResponse(body, reason.status, told, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Has every error of the application told so."""
    from fastapi.exceptions import RequestValidationError  # noqa: PLC0415
    from starlette.exceptions import HTTPException  # noqa: PLC0415

    app.add_exception_handler(CallError, _call_error)  # type: ignore[arg-type]
    app.add_exception_handler(Problem, _problem)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    # It is told here and raised again; the edge logs it.
    app.add_exception_handler(Exception, _fault)


def internal(method: str) -> JSONResponse:
    """For a fault of ours. It may have come after a service had done what was asked for."""
    name = "ERRO_INTERNO" if method in _SAFE else RESULTADO_DESCONHECIDO
    return answer(name, reasons.REASONS[name])


async def _fault(request: Request, _: Exception) -> JSONResponse:
    return internal(request.method)


async def _call_error(_: Request, e: CallError) -> JSONResponse:
    request = e.request
    key = (
        request.request_id
        if isinstance(request, CreateCaronaRequest | ProcessarReservaRequest)
        else None
    )
    if isinstance(e, OutcomeUnknown):
        name, reason = RESULTADO_DESCONHECIDO, reasons.REASONS[RESULTADO_DESCONHECIDO]
    else:
        name = reasons.reason_of(e.reason, e.code)
        reason, key = reasons.of(name, e.code), None
    return answer(
        name,
        reason,
        metadata=e.metadata,
        violations=of_service(e.violations),
        retry_after=e.retry_delay,
        idempotency_key=key,
    )


async def _problem(_: Request, e: Problem) -> JSONResponse:
    return answer(
        e.reason,
        reasons.REASONS[e.reason],
        metadata=e.metadata,
        violations=e.violations,
        idempotency_key=e.idempotency_key,
    )


async def _invalid(_: Request, e: RequestValidationError) -> JSONResponse:
    name = "ARGUMENTO_INVALIDO"
    return answer(name, reasons.REASONS[name], violations=of_fields(e.errors()))


async def _http(_: Request, e: HTTPException) -> JSONResponse:
    name = _OF_STATUS.get(e.status_code, "ARGUMENTO_INVALIDO")
    violations = () if e.status_code in _OF_STATUS else [{"campo": "body", "descricao": "ilegível"}]
    return answer(name, reasons.REASONS[name], violations=violations, headers=e.headers)
