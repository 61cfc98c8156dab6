"""Calls once for each line that it reads, and writes what became of it. A test freezes it."""

from __future__ import annotations

import sys

from scripted import make

from minhacarona import CallError, CheckVagasRequest, ProcessarReservaRequest


def main() -> None:
    kind, target = sys.argv[1:]
    client = make(kind, target)
    for _ in sys.stdin:
        try:
            client.check_vagas(CheckVagasRequest())
            client.processar_reserva(ProcessarReservaRequest())
            print("ok", flush=True)
        except CallError as e:
            print(repr(e), flush=True)


main()
