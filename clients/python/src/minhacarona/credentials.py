"""The OAuth 2.0 client credentials grant, by which a service gets tokens for itself."""

from __future__ import annotations

import base64
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING

from .tokens import Token

if TYPE_CHECKING:
    from collections.abc import Callable

# Shorter than the timeout of a write, so that the error says what was slow.
_HTTP_TIMEOUT = 5.0

# Many times what an issuer answers.
_MAX_ANSWER = 65_536
_ERROR = re.compile(r"[a-z_]{1,40}")


def client_credentials(
    endpoint: str, client_id: str, client_secret: str, *scopes: str
) -> Callable[[], Token]:
    """Gets tokens by the OAuth 2.0 client credentials grant (RFC 6749, section 4.4).

    `endpoint` is as `https://<domain>/oauth2/token`; `scopes` say what the token shall allow, such
    as `minha-carona/list-all`. None asks for all that the client may have.
    """
    if not endpoint.startswith("https://"):
        raise ValueError(f"The secret is sent over HTTPS only, not to {endpoint}")
    form = {"grant_type": "client_credentials"} | ({"scope": " ".join(scopes)} if scopes else {})
    quote = urllib.parse.quote_plus
    basic = base64.b64encode(f"{quote(client_id)}:{quote(client_secret)}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310  It is https, see above.
        endpoint,
        urllib.parse.urlencode(form).encode(),
        {
            "Authorization": f"Basic {basic}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
    )
    opener = urllib.request.build_opener(_NoRedirects)

    def fetch() -> Token:
        asked = time.time()
        try:
            with opener.open(request, timeout=_HTTP_TIMEOUT) as response:
                answer = _parse(response.read(_MAX_ANSWER))
        except urllib.error.HTTPError as e:
            with e:
                error = _parse(e.read(_MAX_ANSWER)).get("error")
            told = error if isinstance(error, str) and _ERROR.fullmatch(error) else "no code"
            raise OSError(f"{endpoint} answered {e.code} ({told})") from None
        value, kind = answer.get("access_token"), answer.get("token_type")
        life = answer.get("expires_in")
        if not isinstance(value, str) or str(kind).lower() != "bearer":
            raise OSError(f"{endpoint} answered 200 without a bearer token")
        if not isinstance(life, int):
            raise OSError(f"{endpoint} did not say when the token expires")
        return Token(value, asked + life)

    return fetch


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could send the secret elsewhere."""

    def redirect_request(self, *_: object) -> None:
        return None


def _parse(text: bytes) -> dict[str, object]:
    try:
        answer = json.loads(text)
    except ValueError:  # Its message may show a part of a token.
        return {}
    return answer if isinstance(answer, dict) else {}
