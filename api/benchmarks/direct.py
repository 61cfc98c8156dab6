"""What the API would be without the services: FastAPI handlers that talk to DynamoDB by boto3.

No more than a comparison needs: seats left, and a booking in one transaction that keeps the table
consistent. It has no repeats that are safe, no refusals with reasons and no queue.
"""

from __future__ import annotations

import datetime as dt
import os
from typing import Annotated

import boto3
from botocore.config import Config
from fastapi import FastAPI, Header, HTTPException
from mangum import Mangum

_RETENTION = dt.timedelta(days=180)
_TABLE = os.environ.get("MINHA_CARONA_TABLE", "minha-carona")
_dynamodb = boto3.client(
    "dynamodb",
    endpoint_url=os.environ["MINHA_CARONA_DYNAMODB_ENDPOINT"],
    region_name="sa-east-1",
    aws_access_key_id="none",
    aws_secret_access_key="none",
    config=Config(connect_timeout=0.5, read_timeout=5, retries={"total_max_attempts": 2}),
)
app = FastAPI()


@app.get("/caronas/{carona_id}/vagas")
def vagas(carona_id: str) -> dict[str, object]:
    """Tells how many seats are left."""
    item = _dynamodb.get_item(
        TableName=_TABLE,
        Key={"PK": {"S": f"CARONA#{carona_id}"}, "SK": {"S": "DETALHES"}},
    ).get("Item")
    if not item:
        raise HTTPException(404)
    left = int(item["vagas_disponiveis"]["N"])
    return {
        "disponivel": left > 0 and item["status"]["S"] == "ABERTA",
        "vagas_disponiveis": left,
        "status": item["status"]["S"],
        "versao": int(item["versao"]["N"]),
    }


@app.post("/caronas/{carona_id}/reservas", status_code=201)
def reservar(
    carona_id: str,
    x_usuario_id: Annotated[str, Header()],
    x_condominio_id: Annotated[str, Header()],
    idempotency_key: Annotated[str, Header()],
) -> dict[str, object]:
    """Books a seat that is not the last one."""
    moment = dt.datetime.now(dt.UTC)
    now = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    reserva = {"carona_id": carona_id, "usuario_id": x_usuario_id, "status": "CONFIRMADA"}
    times = {"criada_em": now, "atualizada_em": now}
    partition = {"S": f"CARONA#{carona_id}"}
    try:
        _dynamodb.transact_write_items(
            TransactItems=[
                {
                    "Update": {
                        "TableName": _TABLE,
                        "Key": {"PK": partition, "SK": {"S": "DETALHES"}},
                        "ConditionExpression": "condominio_id = :condominio AND #status = :aberta"
                        " AND motorista_id <> :usuario AND vagas_disponiveis > :one",
                        "UpdateExpression": "SET vagas_disponiveis = vagas_disponiveis - :one,"
                        " versao = versao + :one, atualizada_em = :now",
                        "ExpressionAttributeNames": {"#status": "status"},
                        "ExpressionAttributeValues": {
                            ":condominio": {"S": x_condominio_id},
                            ":usuario": {"S": x_usuario_id},
                            ":aberta": {"S": "ABERTA"},
                            ":one": {"N": "1"},
                            ":now": {"S": now},
                        },
                    }
                },
                {
                    "Put": {
                        "TableName": _TABLE,
                        "Item": {
                            "PK": partition,
                            "SK": {"S": f"RESERVA#{x_usuario_id}"},
                            **{name: {"S": value} for name, value in (reserva | times).items()},
                            "vagas": {"N": "1"},
                            "versao": {"N": "1"},
                            "request_ids": {"L": [{"S": idempotency_key}]},
                            "expira_em": {"N": str(int((moment + _RETENTION).timestamp()))},
                        },
                        "ConditionExpression": "attribute_not_exists(PK)",
                    }
                },
            ]
        )
    except _dynamodb.exceptions.TransactionCanceledException as e:
        raise HTTPException(409) from e
    return {**reserva, **times, "vagas": 1, "versao": 1}


handler = Mangum(app, lifespan="off")
