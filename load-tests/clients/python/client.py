"""Calls ReservaService at a steady rate with grpcio; ../README.md tells the arguments."""

import asyncio
import collections
import json
import pathlib
import sys
import uuid

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

SERVICE = "minhacarona.v1.ReservaService"

# That of bookings in timeouts.json.
DEADLINE_SECONDS = 8


def methods(descriptor_set):
    """The methods of the service, by name."""
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(descriptor_set).file:
        pool.Add(file)
    return pool.FindServiceByName(SERVICE).methods_by_name


def stub(factory, method):
    """A callable for the method, and the class of its request."""
    request = message_factory.GetMessageClass(method.input_type)
    response = message_factory.GetMessageClass(method.output_type)
    call = factory(
        f"/{SERVICE}/{method.name}",
        request_serializer=request.SerializeToString,
        response_deserializer=response.FromString,
    )
    return call, request


async def main(target, contract, service_config, condominio, per_second, seconds):
    options = [("grpc.service_config", pathlib.Path(service_config).read_text())]
    by_name = methods(pathlib.Path(contract).read_bytes())
    bound = (("x-tenant-id", condominio),)
    ended = collections.Counter()
    async with grpc.aio.insecure_channel(target, options=options) as channel:
        book, booking = stub(channel.unary_unary, by_name["ProcessarReserva"])
        list_all, listing = stub(channel.unary_stream, by_name["GetReservas"])

        async def call(number):
            some_id = str(uuid.uuid4())
            try:
                if number % 2 == 0:
                    request = booking(
                        request_id=some_id, carona_id=some_id, usuario_id="ana", condominio_id=condominio
                    )
                    await book(request, metadata=bound, timeout=DEADLINE_SECONDS)
                else:
                    request = listing(carona_id=some_id)
                    async for _ in list_all(request, metadata=bound, timeout=DEADLINE_SECONDS):
                        pass
                ended["OK"] += 1
            except grpc.RpcError as error:
                ended[error.code().name] += 1

        loop = asyncio.get_running_loop()
        start = loop.time()
        async with asyncio.TaskGroup() as calls:
            for number in range(per_second * seconds):
                await asyncio.sleep(start + number / per_second - loop.time())
                calls.create_task(call(number))
    print(json.dumps(ended))


asyncio.run(main(*sys.argv[1:5], int(sys.argv[5]), int(sys.argv[6])))
