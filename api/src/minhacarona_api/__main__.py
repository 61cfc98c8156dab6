"""Serves the API on this machine."""

from __future__ import annotations

import os

import uvicorn

from . import logs
from .app import started

# Loopback, since nobody proves anything to it by default there.
_HOST = "127.0.0.1"


def main() -> None:
    """Serves until SIGINT or SIGTERM."""
    logs.configure()
    port = int(os.environ.get("MINHA_CARONA_API_PORT", "8000"))
    uvicorn.run(started(), host=_HOST, port=port, log_config=None, access_log=False)


main()
