"""Residents: how they can be reached, and wish to be."""

from __future__ import annotations

from fastapi import APIRouter

from .auth import CallerHere
from .models import Desejos, Usuario
from .parts import ServicesHere, problems

router = APIRouter(tags=["usuarios"])


@router.get("/usuarios/eu", responses=problems())
def ver(caller: CallerHere, services: ServicesHere) -> Usuario:
    """Mostra o contato e os desejos de quem chama."""
    return services.usuarios.get(caller)


@router.put("/usuarios/eu", responses=problems())
def gravar(desejos: Desejos, caller: CallerHere, services: ServicesHere) -> Usuario:
    """Grava o contato e os desejos de quem chama, no lugar dos anteriores."""
    return services.usuarios.put(caller, desejos)
