"""The page's commands print what the page shows, run as the page says."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from conftest import environment
from readme import PAGE, walk

from minhacarona_api import settings


@pytest.fixture
def api() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "minhacarona_api"],
        env={
            **environment(),
            "MINHA_CARONA_API_PORT": str(port),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    for line in process.stdout:
        if "Uvicorn running" in line:
            break
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    # Every line is JSON, and it ends as it was told.
    process.communicate()
    assert process.returncode in (0, -15)


@pytest.mark.system
def test_the_page_shows_what_is_printed(api: str) -> None:
    assert walk(api, write=False) == []


@pytest.mark.system
def test_it_listens_on_loopback_only(api: str) -> None:
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://{own}:{api.rsplit(':', 1)[1]}/caronas", timeout=5)


def test_every_setting_has_a_row() -> None:
    source = "".join(
        path.read_text("utf-8") for path in PAGE.parent.glob("src/minhacarona_api/*.py")
    )
    assert settings.__doc__
    page = PAGE.read_text("utf-8")
    reads = set(re.findall(r'(?:text|required|address|loopback|secure)\("([A-Z_]+)"', source))
    assert reads
    assert {name for name in reads if f"`MINHA_CARONA_{name}`" not in page} == set()
