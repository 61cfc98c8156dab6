"""Reads the published service config and timeouts, which clients in all languages share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.descriptor_pb2 import MethodOptions

from .v1 import carona_service_pb2, reserva_service_pb2

if TYPE_CHECKING:
    from google.protobuf.descriptor import MethodDescriptor

_CODES = {code.name: code for code in grpc.StatusCode}


@dataclass(frozen=True)
class RetryPolicy:
    """When an attempt is repeated, and after how long. Pauses are in seconds."""

    max_attempts: int
    initial_backoff: float
    max_backoff: float
    multiplier: float
    codes: frozenset[grpc.StatusCode]


@dataclass(frozen=True)
class Method:
    """What the contract says about one RPC."""

    name: str
    # In seconds, for all attempts together.
    timeout: float
    retry: RetryPolicy | None
    writes: bool


@dataclass(frozen=True)
class Throttling:
    """When a client stops to repeat calls, because most of them fail."""

    max_tokens: float
    ratio: float


def _read(name: str) -> dict[str, Any]:
    text = (files("minhacarona") / "config" / name).read_text(encoding="utf-8")
    config: dict[str, Any] = json.loads(text)
    return config


def _seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def _policy(config: dict[str, Any]) -> RetryPolicy:
    return RetryPolicy(
        max_attempts=config["maxAttempts"],
        initial_backoff=_seconds(config["initialBackoff"]),
        max_backoff=_seconds(config["maxBackoff"]),
        multiplier=config["backoffMultiplier"],
        codes=frozenset(_CODES[name] for name in config["retryableStatusCodes"]),
    )


@cache
def methods() -> dict[str, Method]:
    """Every RPC by its bare name. A repeat is made only where the contract marks it as safe."""
    policies: dict[str, RetryPolicy] = {}
    for config in _read("service-config.json")["methodConfig"]:
        if "retryPolicy" in config:
            for name in config["name"]:
                policies[f"{name['service']}/{name['method']}"] = _policy(config["retryPolicy"])
    timeouts = _read("timeouts.json")
    descriptors: list[MethodDescriptor] = [
        method
        for file in (carona_service_pb2, reserva_service_pb2)
        for service in file.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    ]
    result = {}
    for method in descriptors:
        service = method.containing_service
        assert service is not None  # noqa: S101  Every method has one; the type cannot say it.
        path = f"{service.full_name}/{method.name}"
        level = method.GetOptions().idempotency_level
        safe = level != MethodOptions.IDEMPOTENCY_UNKNOWN
        result[method.name] = Method(
            name=path,
            timeout=_seconds(timeouts[path]),
            retry=policies.get(path) if safe else None,
            writes=level == MethodOptions.IDEMPOTENT,
        )
    return result


@cache
def throttling() -> Throttling:
    """The same for every method."""
    config = _read("service-config.json")["retryThrottling"]
    return Throttling(config["maxTokens"], config["tokenRatio"])


@cache
def for_channel(direct: bool) -> str:
    """The part that gRPC carries out itself: how calls are spread, and what is healthy.

    The rest is carried out by this package, which must know of each attempt what became of it.
    """
    config = _read("service-config-tasks.json" if direct else "service-config.json")
    return json.dumps(
        {k: v for k, v in config.items() if k not in ("methodConfig", "retryThrottling")}
    )
