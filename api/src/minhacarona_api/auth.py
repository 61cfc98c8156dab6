"""Finds out which resident calls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import jwt
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from .forms import ID_FORM
from .jwks import Jwks, NoKeys
from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .settings import Authentication

_ID = re.compile(ID_FORM)
_CONDOMINIO = "custom:condominio_id"

# The services refuse longer ones too.
_MAX_TOKEN = 7_000


@dataclass(frozen=True)
class Caller:
    """A resident who has proved who it is."""

    id: str
    condominio_id: str
    # Passed on to the services, which verify it again; None where nobody proves anything.
    token: str | None = field(repr=False)


class Authenticator(Protocol):
    """Knows callers."""

    def caller(self, token: str | None, headers: Mapping[str, str]) -> Caller:
        """Raises `Problem` if nobody has proved anything."""
        ...


class Tokens:
    """Believes ID tokens of Cognito, whatever came before the API has thought of them."""

    def __init__(self, settings: Authentication, jwks: Jwks | None = None) -> None:
        self._settings = settings
        self._jwks = jwks or Jwks(settings.issuer)

    def caller(self, token: str | None, headers: Mapping[str, str]) -> Caller:
        """The resident of the token."""
        del headers
        if not token or len(token) > _MAX_TOKEN:
            raise Problem("NAO_AUTENTICADO")
        try:
            claims = self._claims(token)
        except NoKeys:
            raise Problem("INDISPONIVEL") from None
        # PyJWT raises others for JSON that is no object.
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError, KeyError):
            raise Problem("NAO_AUTENTICADO") from None
        user, condominio = claims.get("sub"), claims.get(_CONDOMINIO)
        if claims.get("token_use") != "id" or not _is_id(user):
            raise Problem("NAO_AUTENTICADO")
        if not _is_id(condominio):
            # An administrator has not said yet where the resident lives.
            raise Problem("SEM_PERMISSAO")
        return Caller(str(user), str(condominio), token)

    def _claims(self, token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        key = self._jwks.key(str(header.get("kid")))
        if key is None:
            raise jwt.InvalidKeyError
        return jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            issuer=self._settings.issuer,
            audience=self._settings.audiences,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )


class Headers:
    """Believes whatever callers say of themselves, on one machine."""

    def caller(self, token: str | None, headers: Mapping[str, str]) -> Caller:
        """The resident that two headers name."""
        del token
        user, condominio = headers.get("x-usuario-id"), headers.get("x-condominio-id")
        if not _is_id(user) or not _is_id(condominio):
            raise Problem("NAO_AUTENTICADO")
        return Caller(str(user), str(condominio), None)


def _is_id(text: object) -> bool:
    return isinstance(text, str) and _ID.fullmatch(text) is not None


_BEARER = HTTPBearer(
    auto_error=False, bearerFormat="JWT", description="o ID token do Cognito", scheme_name="cognito"
)


async def _caller(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Caller:
    authenticator: Authenticator = request.app.state.authenticator
    token = bearer.credentials if bearer else None
    # The keys of the issuer may have to be read.
    return await run_in_threadpool(authenticator.caller, token, request.headers)


CallerHere = Annotated[Caller, Depends(_caller)]
