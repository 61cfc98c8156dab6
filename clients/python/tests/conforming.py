"""Our own client among the programs of `clients/conformance`."""

from __future__ import annotations

import sys
from typing import Any

from test_client import CALLS

from minhacarona import CallError, Client
from minhacarona._config import methods

# A busy machine must not end a call before its last attempt.
PATIENCE = 30


def main() -> None:
    target, _, _, failing = sys.argv[1:]
    with Client(target, tls=False) as client:

        def call(method: str, run: str, **options: float) -> Any:
            client._core._headers = (("x-run", run),)
            return CALLS[method](client, **options)

        call(failing.split("/")[1], "connecting", timeout=PATIENCE)
        for method in methods():
            if method != "StreamCaronasUpdates":
                call(method, "deadline")
        try:
            call(failing.split("/")[1], "failing", timeout=PATIENCE)
            sys.exit("it did not fail")
        except CallError:
            pass


main()
