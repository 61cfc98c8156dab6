"""Every reason for which the API says no: its status, and what to tell a person in Portuguese."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

import grpc

# Two codes differ from what google.rpc.Code recommends. FAILED_PRECONDITION: nothing is wrong with
# the request itself, as 400 would say. ABORTED: the same request may succeed a moment later.
STATUSES = {
    grpc.StatusCode.INVALID_ARGUMENT: HTTPStatus.BAD_REQUEST,
    grpc.StatusCode.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    grpc.StatusCode.PERMISSION_DENIED: HTTPStatus.FORBIDDEN,
    grpc.StatusCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    grpc.StatusCode.ALREADY_EXISTS: HTTPStatus.CONFLICT,
    grpc.StatusCode.FAILED_PRECONDITION: HTTPStatus.CONFLICT,
    grpc.StatusCode.RESOURCE_EXHAUSTED: HTTPStatus.TOO_MANY_REQUESTS,
    grpc.StatusCode.ABORTED: HTTPStatus.SERVICE_UNAVAILABLE,
    grpc.StatusCode.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED: HTTPStatus.GATEWAY_TIMEOUT,
    grpc.StatusCode.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}

RESULTADO_DESCONHECIDO = "RESULTADO_DESCONHECIDO"


@dataclass(frozen=True)
class Reason:
    """What a person is told, and the code of gRPC. A reason of REST alone has a status instead."""

    title: str
    detail: str
    code: grpc.StatusCode | None = None
    own_status: HTTPStatus | None = None

    @property
    def status(self) -> HTTPStatus:
        """The HTTP status."""
        if self.own_status is not None:
            return self.own_status
        return STATUSES.get(self.code or grpc.StatusCode.INTERNAL, STATUSES[_INTERNAL])


_INTERNAL = grpc.StatusCode.INTERNAL
_Code = grpc.StatusCode

REASONS: dict[str, Reason] = {
    "ARGUMENTO_INVALIDO": Reason(
        "Pedido inválido", "Corrija os campos indicados e tente de novo.", _Code.INVALID_ARGUMENT
    ),
    "NAO_AUTENTICADO": Reason(
        "Não autenticado",
        "Entre de novo: falta um token de identidade válido.",
        _Code.UNAUTHENTICATED,
    ),
    "SEM_PERMISSAO": Reason("Sem permissão", "Você não pode fazer isto.", _Code.PERMISSION_DENIED),
    "CURSOR_INVALIDO": Reason(
        "Cursor inválido",
        "Recomece a lista: este cursor não é de uma lista com estes filtros.",
        _Code.INVALID_ARGUMENT,
    ),
    "CARONA_NAO_ENCONTRADA": Reason(
        "Carona não encontrada",
        "Esta carona não existe no seu condomínio.",
        _Code.NOT_FOUND,
    ),
    "RESERVA_NAO_ENCONTRADA": Reason(
        "Reserva não encontrada", "Você não tem reserva nesta carona.", _Code.NOT_FOUND
    ),
    "OUTRO_CONDOMINIO": Reason(
        "Outro condomínio",
        "Só é possível oferecer caronas no próprio condomínio.",
        _Code.PERMISSION_DENIED,
    ),
    "REQUEST_ID_REUTILIZADO": Reason(
        "Chave já utilizada",
        "Esta Idempotency-Key já foi usada com outro conteúdo. Use uma nova.",
        _Code.ALREADY_EXISTS,
    ),
    "VAGAS_INSUFICIENTES": Reason(
        "Vagas insuficientes",
        "Restam menos vagas do que o pedido. Peça menos vagas, ou escolha outra carona.",
        _Code.FAILED_PRECONDITION,
    ),
    "CARONA_FECHADA": Reason(
        "Carona fechada",
        "Esta carona já partiu ou foi cancelada. Escolha outra.",
        _Code.FAILED_PRECONDITION,
    ),
    "MOTORISTA_NAO_RESERVA": Reason(
        "Motorista não reserva",
        "Quem dirige a carona não reserva vaga nela.",
        _Code.FAILED_PRECONDITION,
    ),
    "RESERVA_JA_EXISTE": Reason(
        "Reserva já existe",
        "Você já tem uma reserva nesta carona. Cancele-a antes de fazer outra.",
        _Code.ALREADY_EXISTS,
    ),
    "TRANSICAO_INVALIDA": Reason(
        "Mudança impossível",
        "O estado atual não permite esta mudança.",
        _Code.FAILED_PRECONDITION,
    ),
    "LIMITE_DE_ASSINATURAS": Reason(
        "Limite de assinaturas",
        "Acompanhe menos caronas ao mesmo tempo.",
        _Code.RESOURCE_EXHAUSTED,
    ),
    "CONFLITO": Reason(
        "Muita disputa",
        "Muita gente muda esta carona agora. Nada foi alterado; tente de novo.",
        _Code.ABORTED,
    ),
    RESULTADO_DESCONHECIDO: Reason(
        "Resultado desconhecido",
        "O pedido pode ter sido atendido ou não. Repita exatamente o mesmo pedido, com a mesma "
        "Idempotency-Key se houver: nada será feito duas vezes.",
        _Code.UNAVAILABLE,
    ),
    "INDISPONIVEL": Reason(
        "Indisponível", "Nada foi alterado; tente de novo em instantes.", _Code.UNAVAILABLE
    ),
    "SOBRECARGA": Reason(
        "Sobrecarga",
        "Há pedidos demais agora. Nada foi alterado; tente de novo em instantes.",
        _Code.RESOURCE_EXHAUSTED,
    ),
    "PRAZO_ESGOTADO": Reason(
        "Prazo esgotado", "A resposta demorou demais; tente de novo.", _Code.DEADLINE_EXCEEDED
    ),
    "ERRO_INTERNO": Reason(
        "Erro interno", "A falha é nossa. Informe o trace_id ao suporte.", _Code.INTERNAL
    ),
    # These are of REST alone.
    "ROTA_NAO_ENCONTRADA": Reason(
        "Endereço desconhecido",
        "Não há nada neste endereço.",
        own_status=HTTPStatus.NOT_FOUND,
    ),
    "METODO_NAO_PERMITIDO": Reason(
        "Método não permitido",
        "Este endereço não aceita este método; o cabeçalho Allow diz quais aceita.",
        own_status=HTTPStatus.METHOD_NOT_ALLOWED,
    ),
    "CORPO_GRANDE_DEMAIS": Reason(
        "Corpo grande demais",
        "O corpo do pedido tem no máximo 16 KiB.",
        own_status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ),
}


def reason_of(name: str, code: grpc.StatusCode) -> str:
    """The reason that is told for one of a service, which may be newer than this table."""
    if name:
        return name
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return "PRAZO_ESGOTADO"
    # Not by a service, but by gRPC or something between: nobody has worked on it.
    return "INDISPONIVEL"


def of(name: str, code: grpc.StatusCode) -> Reason:
    """What to say for a reason; one that this version does not know is told by its code."""
    return REASONS.get(name) or Reason("Pedido recusado", "O pedido não foi atendido.", code)


def by_name(name: str) -> Reason:
    """What to say for a reason that is stored without its code."""
    return of(name, _Code.FAILED_PRECONDITION)
