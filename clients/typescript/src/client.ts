/** The client. */
import { randomUUID } from "node:crypto";
import {
  clone,
  create,
  type DescMessage,
  type DescMethod,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { methodOf, run, stream, unary } from "./attempt.js";
import { type CallOptions, type ClientOptions, Core } from "./core.js";
import { type Carona, CaronaSchema } from "./gen/minhacarona/v1/carona_pb.js";
import {
  CaronaService,
  CaronaUpdateRequest_AssinarSchema,
  type CheckVagasRequestSchema,
  type CheckVagasResponse,
  CreateCaronaRequestSchema,
  type GetCaronaRequestSchema,
  ListCaronasRequestSchema,
  type UpdateCaronaStatusRequestSchema,
} from "./gen/minhacarona/v1/carona_service_pb.js";
import { type Reserva, ReservaSchema } from "./gen/minhacarona/v1/reserva_pb.js";
import {
  GetReservasRequestSchema,
  ProcessarReservaRequestSchema,
  type ReservaResponse,
  ReservaService,
  type UpdateReservaStatusRequestSchema,
} from "./gen/minhacarona/v1/reserva_service_pb.js";
import type { Links } from "./links.js";
import { CaronaList } from "./list.js";
import { Watch, type WatchOptions } from "./watch.js";

/** The fields of a request, or a whole one. */
type Init<S extends DescMessage> = MessageInitShape<S>;

/**
 * Calls both services. Keep one for the process.
 *
 * Connects with its first call. Ends each call in time, and repeats it where the contract says that a
 * repeat is safe. Adds a `requestId` to requests without one. Throws `Refused`, `OutcomeUnknown` or `Failed`
 * when a call does not succeed.
 */
export class Client {
  readonly #core: Core;

  /** @param target a gRPC name of both services, such as `dns:///minha-carona.internal:443` */
  constructor(target: string, options: ClientOptions = {}) {
    this.#core = new Core(target, options);
  }

  /** Ends calls in flight. */
  close(): void {
    this.#core.close();
  }

  /** Offers a ride. A repeat with the same `requestId` returns the same ride. */
  async createCarona(
    request: Init<typeof CreateCaronaRequestSchema>,
    options: CallOptions = {},
  ): Promise<Carona> {
    const identified = withId(CreateCaronaRequestSchema, request);
    const { createCarona } = CaronaService.method;
    return rideOf(await this.#call(this.#core.caronas, createCarona, identified, options));
  }

  /** Returns one ride. */
  async getCarona(
    request: Init<typeof GetCaronaRequestSchema>,
    options: CallOptions = {},
  ): Promise<Carona> {
    const { getCarona } = CaronaService.method;
    return rideOf(await this.#call(this.#core.caronas, getCarona, request, options));
  }

  /** Tells how many seats are left. */
  checkVagas(
    request: Init<typeof CheckVagasRequestSchema>,
    options: CallOptions = {},
  ): Promise<CheckVagasResponse> {
    const { checkVagas } = CaronaService.method;
    return this.#call(this.#core.caronas, checkVagas, request, options);
  }

  /** Moves a ride along. To ask for the status that it has changes nothing. */
  async updateCaronaStatus(
    request: Init<typeof UpdateCaronaStatusRequestSchema>,
    options: CallOptions = {},
  ): Promise<Carona> {
    const { updateCaronaStatus } = CaronaService.method;
    return rideOf(await this.#call(this.#core.caronas, updateCaronaStatus, request, options));
  }

  /** Lists open rides by departure, read as they are iterated; each appears once. */
  listCaronasDisponiveis(
    request: Init<typeof ListCaronasRequestSchema>,
    options: CallOptions = {},
  ): CaronaList {
    const message = create(ListCaronasRequestSchema, request);
    const { listCaronasDisponiveis } = CaronaService.method;
    const call = this.#core.call(listCaronasDisponiveis, message, options);
    return new CaronaList(this.#core.caronas, message, call);
  }

  /** Follows rides, named ones or all of a condominium, until the watch is closed. */
  watchCaronas(
    caronas: Init<typeof CaronaUpdateRequest_AssinarSchema>,
    options: WatchOptions = {},
  ): Watch {
    return new Watch(this.#core, create(CaronaUpdateRequest_AssinarSchema, caronas), options);
  }

  /** Books seats. A repeat with the same `requestId` books no more. */
  processarReserva(
    request: Init<typeof ProcessarReservaRequestSchema>,
    options: CallOptions = {},
  ): Promise<ReservaResponse> {
    const identified = withId(ProcessarReservaRequestSchema, request);
    const { processarReserva } = ReservaService.method;
    return this.#call(this.#core.reservas, processarReserva, identified, options);
  }

  /** Returns the reservations of a ride, by resident. At most 50 of them are confirmed. */
  async getReservas(
    request: Init<typeof GetReservasRequestSchema>,
    options: CallOptions = {},
  ): Promise<Reserva[]> {
    const message = create(GetReservasRequestSchema, request);
    const { getReservas } = ReservaService.method;
    const call = this.#core.call(getReservas, message, options);
    return run(call, async () => {
      const reservas: Reserva[] = [];
      for await (const each of stream(this.#core.reservas, call, methodOf(getReservas), message)) {
        if (each.reserva) reservas.push(each.reserva);
      }
      return reservas;
    });
  }

  /** Cancels a reservation, or tells what became of it. */
  async updateReservaStatus(
    request: Init<typeof UpdateReservaStatusRequestSchema>,
    options: CallOptions = {},
  ): Promise<Reserva> {
    const { updateReservaStatus } = ReservaService.method;
    const told = await this.#call(this.#core.reservas, updateReservaStatus, request, options);
    return told.reserva ?? create(ReservaSchema);
  }

  async #call<I extends DescMessage, O extends DescMessage>(
    links: Links,
    method: DescMethod & { input: I; output: O },
    request: MessageInitShape<I>,
    options: CallOptions,
  ): Promise<MessageShape<O>> {
    const message = create(method.input, request);
    const call = this.#core.call(method, message, options);
    return run(call, () => unary(links, call, methodOf(method), message));
  }
}

/** The request with a `requestId`, made once, so that every attempt carries the same. */
function withId<S extends typeof CreateCaronaRequestSchema | typeof ProcessarReservaRequestSchema>(
  schema: S,
  init: MessageInitShape<S>,
): MessageShape<S> {
  const request = clone(schema, create(schema, init));
  request.requestId ||= randomUUID();
  return request;
}

function rideOf({ carona }: { carona?: Carona | undefined }): Carona {
  return carona ?? create(CaronaSchema);
}
