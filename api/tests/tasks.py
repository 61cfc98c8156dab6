"""The services in processes of their own, as on AWS, on the table of the system that runs."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Self

import pytest

_SERVING = "Serving on port"
_STOP_SECONDS = 60
_LOOPBACK = "127.0.0.1"

# A test asks what a service does and not how fast, so its JVM compiles no more than it must.
_FLAGS = (
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Xmx256m",
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
    "-Dlogback.configurationFile=logback.xml",
)


class Task:
    """One process of a service, which serves once it is entered."""

    def __init__(self, main: str, port: int, folder: Path) -> None:
        self.address = f"{_LOOPBACK}:{port}"
        self._main = main
        self._port = port
        self._log = folder / f"{main}-{port}.log"
        self._process: subprocess.Popen[bytes]

    def __enter__(self) -> Self:
        java = os.environ.get("MINHA_CARONA_JAVA")
        if not java:
            pytest.skip("not set: MINHA_CARONA_JAVA")
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [
                    *(java, *_FLAGS),
                    *(
                        "-classpath",
                        os.environ["MINHA_CARONA_CLASS_PATH"],
                        f"com.minhacarona.{self._main}",
                    ),
                ],
                # Nothing else: a service refuses variables that it does not know.
                env={
                    "PATH": os.environ["PATH"],
                    "MINHA_CARONA_AUTHENTICATION": "off",
                    "MINHA_CARONA_PORT": str(self._port),
                    "MINHA_CARONA_DYNAMODB_ENDPOINT": os.environ["MINHA_CARONA_DYNAMODB_ENDPOINT"],
                    "MINHA_CARONA_DRAIN_DELAY_MS": "1000",
                    # Generous, because DynamoDB Local shares the machine with the services.
                    "MINHA_CARONA_DYNAMODB_READ_ATTEMPT_MS": "5000",
                    "MINHA_CARONA_DYNAMODB_TRANSACTION_ATTEMPT_MS": "5000",
                },
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def await_serving(self) -> None:
        while _SERVING not in self._log.read_text():
            assert self._process.poll() is None, self._log.read_text()
            time.sleep(0.1)

    def restart(self) -> None:
        """As a deployment does: SIGTERM, and another process when that one has ended."""
        self._process.terminate()
        assert self._process.wait(_STOP_SECONDS) == 0, self._log.read_text()
        self.__enter__()
        self.await_serving()
