"""Calls with grpcio and the published config. The README tells the arguments."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import grpc

CONVERSATION = "minhacarona.v1.CaronaService/StreamCaronasUpdates"
LISTS = (
    "minhacarona.v1.CaronaService/ListCaronasDisponiveis",
    "minhacarona.v1.ReservaService/GetReservas",
)

# A busy machine must not end a call before its last attempt.
PATIENCE = 30


def main() -> None:
    target, config, timeouts, failing = sys.argv[1:]
    seconds = {
        method: float(timeout.removesuffix("s"))
        for method, timeout in json.loads(Path(timeouts).read_text()).items()
    }
    options = [("grpc.service_config", Path(config).read_text())]

    with grpc.insecure_channel(target, options=options) as channel:

        def call(method: str, run: str, timeout: float) -> None:
            how = {"timeout": timeout, "metadata": (("x-run", run),)}
            if method in LISTS:
                list(channel.unary_stream(f"/{method}")(b"", **how))
            else:
                channel.unary_unary(f"/{method}")(b"", **how)

        call(failing, "connecting", PATIENCE)
        for method in seconds:
            if method != CONVERSATION:
                call(method, "deadline", seconds[method])
        try:
            call(failing, "failing", PATIENCE)
            sys.exit("it did not fail")
        except grpc.RpcError:
            pass


main()
