"""The function. Everything is made when the module is imported, once for the process."""

from __future__ import annotations

from mangum import Mangum

from . import logs
from .app import started
from .problems import MEDIA_TYPE

logs.configure()

handler = Mangum(
    started(),
    lifespan="off",
    text_mime_types=["application/json", MEDIA_TYPE, "text/"],
)
