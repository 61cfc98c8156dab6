"""The page's commands print what the page shows, run as the page says."""

from __future__ import annotations

import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from readme import PAGE, walk
from served import served

from minhacarona_api import settings


@pytest.fixture
def api() -> Iterator[str]:
    with served() as url:
        yield url


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
