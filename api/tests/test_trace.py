"""Whose trace a request belongs to."""

from __future__ import annotations

import re

import pytest

from minhacarona_api import trace

XRAY = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
W3C = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_the_callers_trace_comes_first() -> None:
    current = trace.begin({"traceparent": W3C, "x-amzn-trace-id": XRAY}, {})
    assert current.header == (
        "Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1"
    )
    assert trace.header() == current.header


def test_then_the_gateways_then_lambdas() -> None:
    assert trace.begin({"x-amzn-trace-id": XRAY}, {"_X_AMZN_TRACE_ID": "Root=1-x"}).header == XRAY
    assert trace.begin({}, {"_X_AMZN_TRACE_ID": XRAY}).header == XRAY


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"traceparent": "nonsense"},
        {"traceparent": "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
        {"traceparent": f"00-{'0' * 32}-b7ad6b7169203331-01"},
        {"traceparent": f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01"},
        {"x-amzn-trace-id": "Root=1-x"},
        {"x-amzn-trace-id": XRAY + ";é"},
        {"x-amzn-trace-id": XRAY + "\n"},
        {"x-amzn-trace-id": XRAY + "x" * 256},
    ],
)
def test_without_a_good_one_it_is_new(headers: dict[str, str]) -> None:
    header = trace.begin(headers, {}).header
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", header)
