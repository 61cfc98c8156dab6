"""Reads why the queue's worker refused a booking, as it notes that in the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import aws

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class Recusa:
    """A booking that will not be made."""

    reason: str
    metadata: Mapping[str, str]


class Recusas:
    """The notes of refusals. Thread-safe."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def find(self, carona_id: str, usuario_id: str, request_id: str) -> Recusa | None:
        """None if the request was not refused, as far as is known."""
        key = f"{carona_id}#{usuario_id}#{request_id.lower()}"
        with aws.told(writes=False):
            item = self._dynamodb.get_item(
                TableName=self._table,
                Key={"PK": {"S": f"RECUSA#{key}"}, "SK": {"S": "RECUSADA"}},
                ConsistentRead=True,
            ).get("Item")
        if item is None:
            return None
        metadata = item.get("metadata", {}).get("M", {})
        return Recusa(item["reason"]["S"], {k: v["S"] for k, v in metadata.items() if "S" in v})
