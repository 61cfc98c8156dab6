/** A server that answers as a test says. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  create,
  type DescMessage,
  fromBinary,
  type Message,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import { anyPack, durationFromMs } from "@bufbuild/protobuf/wkt";
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
  StatusSchema,
} from "../src/gen/details_pb.js";
import {
  CaronaService,
  type CaronaUpdateResponse,
  CaronaUpdateResponseSchema,
  type ListCaronasRequest,
  ReservaService,
} from "../src/index.js";

/** How the server ends an attempt. */
export interface Trouble {
  code: status;
  reason?: string;
  metadata?: Record<string, string>;
  violations?: Record<string, string>;
  retryDelayMs?: number;
  pushback?: string;
  /** The server never answers. */
  silent?: boolean;
}

/** An attempt, as the server saw it. */
export interface Seen {
  method: string;
  request: Message;
  metadata: Record<string, unknown>;
  remaining: number;
  at: number;
  peer: string;
}

type ServerCall =
  | ServerUnaryCall<Message, Message>
  | ServerWritableStream<Message, Message>
  | ServerDuplexStream<Message, Message>;

const SERVICES = [CaronaService, ReservaService];

export const METHODS = SERVICES.flatMap((service) => service.methods);

/** Answers of methods that have one. */
const ANSWERS: Record<string, MessageInitShape<DescMessage>> = {
  CheckVagas: { vagasDisponiveis: 3 },
  GetCarona: { carona: { id: "known" } },
  CreateCarona: { carona: { id: "new" } },
  UpdateCaronaStatus: { carona: { id: "changed" } },
  ProcessarReserva: { reserva: { usuarioId: "zeca" } },
  UpdateReservaStatus: { reserva: { usuarioId: "zeca" } },
};

export class Scripted {
  readonly seen: Seen[] = [];
  readonly troubles: Trouble[] = [];
  /** Of each list: after how many rides it breaks, and how. */
  readonly breaks: [number, Trouble][] = [];
  /** Of each watch: what it sends; the last one stays open. */
  readonly streams: CaronaUpdateResponse[][] = [];
  readonly #server = new Server();
  port = 0;

  constructor() {
    for (const service of SERVICES) {
      const definition: Record<string, unknown> = {};
      const methods: UntypedServiceImplementation = {};
      for (const { name, input, output, methodKind } of service.methods) {
        definition[name] = {
          path: `/${service.typeName}/${name}`,
          requestStream: methodKind === "bidi_streaming",
          responseStream: methodKind !== "unary",
          requestSerialize: encode(input),
          requestDeserialize: (bytes: Buffer) => fromBinary(input, bytes),
          responseSerialize: encode(output),
          responseDeserialize: (bytes: Buffer) => fromBinary(output, bytes),
        };
        methods[name] = this.#handler(name, output);
      }
      this.#server.addService(definition as ServiceDefinition, methods);
    }
  }

  get target(): string {
    return `127.0.0.1:${this.port}`;
  }

  start(credentials = ServerCredentials.createInsecure(), port = 0): Promise<this> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) => {
        if (error) return reject(error);
        this.port = bound;
        resolve(this);
      });
    });
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  requests<M extends Message>(): M[] {
    return this.seen.map((each) => each.request as M);
  }

  /** Ends the attempt if the next trouble says so. */
  async #trouble(method: string, request: Message, call: ServerCall): Promise<object | undefined> {
    this.seen.push({
      method,
      request,
      metadata: call.metadata.getMap(),
      remaining: Number(call.getDeadline()) - Date.now(),
      at: performance.now(),
      peer: call.getPeer(),
    });
    const trouble = this.troubles.shift();
    if (trouble?.silent) await sleep(20_000, undefined, { ref: false });
    return trouble && errorOf(trouble);
  }

  #handler(name: string, output: DescMessage): UntypedServiceImplementation[string] {
    if (name === "ListCaronasDisponiveis") {
      return (call: ServerWritableStream<ListCaronasRequest, Message>) => this.#list(call, output);
    }
    if (name === "StreamCaronasUpdates") {
      return (call: ServerDuplexStream<Message, Message>) => this.#watch(call);
    }
    if (name === "GetReservas") {
      return async (call: ServerWritableStream<Message, Message>) => {
        const error = await this.#trouble(name, call.request, call);
        if (error) return call.emit("error", error);
        for (const usuarioId of ["lia", "zeca"])
          call.write(create(output, { reserva: { usuarioId } } as never));
        return call.end();
      };
    }
    return async (
      call: ServerUnaryCall<Message, Message>,
      answer: (error: object | null, value?: Message) => void,
    ) => {
      const error = await this.#trouble(name, call.request, call);
      return error ? answer(error) : answer(null, create(output, ANSWERS[name]));
    };
  }

  /** Rides 0 to 4; their cursors are their ids. */
  async #list(call: ServerWritableStream<ListCaronasRequest, Message>, output: DescMessage) {
    const { apos, limite } = call.request;
    const error = await this.#trouble("ListCaronasDisponiveis", call.request, call);
    if (error) return call.emit("error", error);
    const [left, trouble] = this.breaks.shift() ?? [5, undefined];
    const first = apos ? Number(apos) + 1 : 0;
    const end = Math.min(5, first + left, limite ? first + limite : 5);
    for (let i = first; i < end; i++) {
      call.write(create(output, { carona: { id: `${i}` }, cursor: `${i}` } as never));
    }
    return trouble ? call.emit("error", errorOf(trouble)) : call.end();
  }

  #watch(call: ServerDuplexStream<Message, Message>): void {
    call.once("data", async (request: Message) => {
      const error = await this.#trouble("StreamCaronasUpdates", request, call);
      if (error) return call.emit("error", error);
      for (const each of this.streams.shift() ?? []) call.write(each);
      return this.streams.length > 0 ? call.end() : undefined;
    });
  }
}

function encode<D extends DescMessage>(schema: D) {
  return (message: Message) => Buffer.from(toBinary(schema, message as never));
}

function errorOf(trouble: Trouble): object {
  const { code, reason, metadata = {}, violations, retryDelayMs, pushback } = trouble;
  const details = [];
  if (reason) {
    const info = { domain: "minhacarona.com.br", reason, metadata };
    details.push(anyPack(ErrorInfoSchema, create(ErrorInfoSchema, info)));
  }
  if (violations) {
    const fieldViolations = Object.entries(violations).map(([field, description]) => ({
      field,
      description,
    }));
    details.push(anyPack(BadRequestSchema, create(BadRequestSchema, { fieldViolations })));
  }
  if (retryDelayMs !== undefined) {
    const retry = create(RetryInfoSchema, { retryDelay: durationFromMs(retryDelayMs) });
    details.push(anyPack(RetryInfoSchema, retry));
  }
  const trailers = new Metadata();
  if (details.length > 0) {
    const told = create(StatusSchema, { code, message: "told", details });
    trailers.set("grpc-status-details-bin", Buffer.from(toBinary(StatusSchema, told)));
  }
  if (pushback !== undefined) trailers.set("grpc-retry-pushback-ms", pushback);
  return { code, details: "told", metadata: trailers };
}

type Evento = NonNullable<MessageInitShape<typeof CaronaUpdateResponseSchema>["evento"]>;

/** What a watch is sent. */
export function evento(evento: Evento): CaronaUpdateResponse {
  return create(CaronaUpdateResponseSchema, { evento });
}

export function ride(id: string, versao: bigint, inicial = false): CaronaUpdateResponse {
  return evento({ case: "atualizacao", value: { carona: { id, versao }, inicial } });
}
