"""Serves the API on this machine."""

from __future__ import annotations

import os
import sys

import uvicorn

from . import logs
from .app import started

# Loopback, since nobody proves anything to it by default there.
_HOST = "127.0.0.1"
_MAX_PORT = 65_535


def main() -> None:
    """Serves until SIGINT or SIGTERM."""
    logs.configure()
    port = os.environ.get("MINHA_CARONA_API_PORT", "8000").strip()
    if not port.isdecimal() or int(port) > _MAX_PORT:
        sys.exit("Cannot start: MINHA_CARONA_API_PORT is no port")
    uvicorn.run(started(), host=_HOST, port=int(port), log_config=None, access_log=False)


main()
