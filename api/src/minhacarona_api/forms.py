"""The forms of texts that callers send. Those of addresses are the ones of `UsuarioItem`."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import zoneinfo

# Ids that callers assign; those of rides have this form too.
ID_FORM = r"^[A-Za-z0-9._:@-]{1,64}$"
UUID_FORM = r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$"

EMAIL_FORM = r"[^\s@,;:<>()\"\x00-\x1f\x7f]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
TELEFONE_FORM = r"\+[1-9][0-9]{6,14}"
ENDPOINT_FORM = r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:endpoint/[A-Za-z0-9_./-]{1,256}"
TIME_FORM = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"

# A region and a place. Short names such as EST mean other things elsewhere, or nothing.
_ZONE = re.compile(r"UTC|[A-Z][A-Za-z]+(/[A-Za-z0-9_+-]+)+")


def one_line(text: str) -> str:
    """Takes a text without control characters, as the services do."""
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in text):
        raise ValueError("control characters")
    return text


def in_utc(instant: dt.datetime) -> dt.datetime:
    """The same instant in UTC, if there is one."""
    try:
        return instant.astimezone(dt.UTC)
    except OverflowError as e:
        raise ValueError("no instant") from e


def time_zone(name: str | None) -> str | None:
    """Takes a name of a time zone."""
    if name is not None and not (_ZONE.fullmatch(name) and name in zoneinfo.available_timezones()):
        raise ValueError("no time zone")
    return name
