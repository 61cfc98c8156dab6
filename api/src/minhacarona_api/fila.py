"""Puts bookings into the queue `reservations`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.json_format import MessageToJson

from . import aws, trace

if TYPE_CHECKING:
    from minhacarona import ProcessarReservaRequest
    from mypy_boto3_sqs import SQSClient


class Fila:
    """The queue. Thread-safe."""

    def __init__(self, sqs: SQSClient, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def put(self, request: ProcessarReservaRequest) -> None:
        """Returns when the queue has the booking. A message that goes twice books once."""
        header = trace.header()
        with aws.told(writes=True, idempotency_key=request.request_id):
            self._sqs.send_message(
                QueueUrl=self._url,
                MessageBody=MessageToJson(request, preserving_proto_field_name=True, indent=None),
                MessageSystemAttributes={
                    "AWSTraceHeader": {"DataType": "String", "StringValue": header}
                }
                if header
                else {},
            )
