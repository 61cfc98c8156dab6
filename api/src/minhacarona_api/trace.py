"""The trace of the request that is being answered, and what its line in the log will say."""

from __future__ import annotations

import re
import secrets
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_XRAY = re.compile(r"(?=.{1,256}$)(?:.*; ?)?Root=(1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24})(?:;[ -~]*)?")
# https://www.w3.org/TR/trace-context/#traceparent-header; later versions may have more fields.
_W3C = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{8})([0-9a-f]{24})-([0-9a-f]{16})-([0-9a-f]{2})")
_NO_TRACE, _NO_PARENT = "0" * 32, "0" * 16


@dataclass
class Current:
    """One request."""

    header: str
    # The reason for which it was refused.
    reason: str = ""
    at: float = field(default_factory=time.monotonic)

    @property
    def root(self) -> str:
        """Finds the request in the logs of all services."""
        found = _XRAY.fullmatch(self.header)
        return found[1] if found else "-"


_current: ContextVar[Current | None] = ContextVar("minhacarona_api_trace", default=None)


def begin(headers: Mapping[str, str], environment: Mapping[str, str]) -> Current:
    """Goes on with the caller's trace, or else with that of the gateway or of Lambda."""
    header = (
        _of_w3c(headers.get("traceparent", ""))
        or _valid(headers.get("x-amzn-trace-id", ""))
        or _valid(environment.get("_X_AMZN_TRACE_ID", ""))
        or f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    )
    current = Current(header)
    _current.set(current)
    return current


def header() -> str | None:
    """The `X-Amzn-Trace-Id` of the request; None outside of requests."""
    current = _current.get()
    return current.header if current else None


def root() -> str:
    """The root of that header."""
    current = _current.get()
    return current.root if current else "-"


def note(reason: str) -> None:
    """Has the log say for which reason the request was refused."""
    current = _current.get()
    if current:
        current.reason = reason


def _valid(text: str) -> str:
    return text if text.isascii() and _XRAY.fullmatch(text) else ""


def _of_w3c(text: str) -> str:
    found = _W3C.match(text)
    if not found or found[1] + found[2] == _NO_TRACE or found[3] == _NO_PARENT:
        return ""
    sampled = int(found[4], 16) & 1
    return f"Root=1-{found[1]}-{found[2]};Parent={found[3]};Sampled={sampled}"
