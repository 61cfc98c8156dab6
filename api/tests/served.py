"""The API as a process of its own, as `api/run` starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from balancer import free_port
from conftest import environment


@contextmanager
def served(**more: str) -> Iterator[str]:
    """Its address. With these variables in place of those of the system that runs."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "minhacarona_api"],
        env={
            **environment(),
            "MINHA_CARONA_API_PORT": str(port),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sys.path),
            **more,
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    for line in process.stdout:
        if "Uvicorn running" in line:
            break
    # What else it says must not fill the pipe.
    rest = threading.Thread(target=process.stdout.read)
    rest.start()
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    assert process.wait() in (0, -signal.SIGTERM)
    rest.join()
    process.stdout.close()
