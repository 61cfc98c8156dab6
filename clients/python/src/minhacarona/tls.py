"""How a client trusts servers, and proves by a certificate who it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import grpc


@dataclass(frozen=True)
class Tls:
    """TLS with other certificates than grpcio's own list of public CAs.

    Each is PEM, as bytes or as a file. A file is read again within a minute of its change.
    """

    ca: bytes | Path | None = None
    """Trusts servers whose certificates come from these CAs, and no other."""
    certificate: bytes | Path | None = None
    """The client's certificate, and those of the CAs between it and the root (mutual TLS)."""
    key: bytes | Path | None = None
    """Its private key."""

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key belong together")

    def credentials(self) -> grpc.ChannelCredentials:
        """Reads the files."""
        return grpc.ssl_channel_credentials(
            root_certificates=_read(self.ca),
            private_key=_read(self.key),
            certificate_chain=_read(self.certificate),
        )

    def stamp(self) -> tuple[int, ...]:
        """Is another one when a file has changed; empty while one is away."""
        paths = [each for each in (self.ca, self.certificate, self.key) if isinstance(each, Path)]
        try:
            return tuple(path.stat().st_mtime_ns for path in paths)
        except OSError:
            return ()


def _read(pem: bytes | Path | None) -> bytes | None:
    return pem.read_bytes() if isinstance(pem, Path) else pem
