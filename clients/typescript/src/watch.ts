/** Live updates, as an asynchronous iterator that resumes. */
import { setTimeout as sleep } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { methodOf, pause, stream } from "./attempt.js";
import type { Call } from "./call.js";
import type { CallOptions, Core } from "./core.js";
import { AttemptFailed, bare, type Failure, failureOf } from "./errors.js";
import type { Carona } from "./gen/minhacarona/v1/carona_pb.js";
import {
  CaronaService,
  type CaronaUpdateRequest,
  type CaronaUpdateRequest_Assinar,
  CaronaUpdateRequestSchema,
  type CaronaUpdateResponse,
} from "./gen/minhacarona/v1/carona_service_pb.js";

const METHOD = methodOf(CaronaService.method.streamCaronasUpdates);

/** Three times the longest silence of a server. */
const SILENCE_MS = 60_000;

/** The number of rides that one stream may follow. */
const MAX_KNOWN = 10_000;

/** As many as fit into a request of 64 KiB. The server repeats the rest, which is filtered out. */
const MAX_KNOWN_SENT = 1_000;

const [FIRST_PAUSE, MAX_PAUSE] = [100, 5_000];

/**
 * The stream's own deadline is longer than any stream lives. CANCELLED is told of a stream that the watch
 * itself ended because its server was silent, or that something between cut.
 */
const PASSING: readonly status[] = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED];

/** How a watch is made. */
export interface WatchOptions extends Pick<CallOptions, "onBehalfOf" | "condominio" | "signal"> {
  /** Called after the first states of all rides, and again after each interruption. */
  onSynced?: () => void;
  /** @internal */
  silenceMs?: number;
}

/**
 * The states of rides, first those that are, then each change, until it is closed.
 *
 * When the stream ends because a server drains, breaks or falls silent, opens another one and sends the
 * versions that it knows, so that nothing comes twice. Leaves out outdated states while the caller is slow.
 * An older state of a ride comes again only when the services' table was restored to an earlier time.
 */
export class Watch implements AsyncIterableIterator<Carona> {
  readonly #core: Core;
  readonly #known: Known;
  readonly #options: WatchOptions;
  readonly #closed = new AbortController();
  readonly #rides: AsyncGenerator<Carona, undefined, void>;
  /** Made anew for each stream, unless the last one's token was refused. */
  #call: Call | undefined;

  /** @internal */
  constructor(core: Core, assinar: CaronaUpdateRequest_Assinar, options: WatchOptions) {
    this.#core = core;
    this.#known = new Known(assinar);
    this.#options = options;
    this.#rides = this.#run();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Carona, undefined>> {
    return this.#rides.next();
  }

  async return(): Promise<IteratorResult<Carona, undefined>> {
    this.close();
    return this.#rides.return(undefined);
  }

  /** Ends the watch, which then yields no more. */
  close(): void {
    this.#closed.abort();
  }

  async *#run(): AsyncGenerator<Carona, undefined, void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      try {
        const request = this.#known.request();
        for await (const response of this.#stream(request)) {
          if (signal.aborted) return;
          const news = this.#known.news(response);
          if (response.evento.case === "sincronizado") {
            this.#call?.answered();
            this.#options.onSynced?.();
          }
          if (news) yield news;
        }
        await this.#again();
      } catch (e) {
        if (signal.aborted) return;
        this.#options.signal?.throwIfAborted();
        if (!this.#call || passes(failureOf(e))) await this.#again();
        // Throws the error, unless another token may help.
        else await pause(this.#call, e);
      }
    }
  }

  #stream(request: CaronaUpdateRequest): AsyncGenerator<CaronaUpdateResponse, void, void> {
    const { silenceMs = SILENCE_MS } = this.#options;
    const { signal } = this.#closed;
    this.#call ??= this.#core.call(
      CaronaService.method.streamCaronasUpdates,
      request,
      this.#options,
    );
    const ends = { signal, silenceMs, fresh: true };
    return stream(this.#core.caronas, this.#call, METHOD, request, ends);
  }

  async #again(): Promise<void> {
    this.#call = undefined;
    const signals = [this.#closed.signal, this.#options.signal].filter((s) => s !== undefined);
    const signal = AbortSignal.any(signals);
    await sleep(this.#known.pause(), undefined, { signal }).catch(() => undefined);
    this.#options.signal?.throwIfAborted();
  }
}

/** The newest version of each ride that the caller got. */
class Known {
  /** In the order in which the caller got them. */
  readonly #versions = new Map<string, bigint>();
  #pause = FIRST_PAUSE;

  constructor(private readonly assinar: CaronaUpdateRequest_Assinar) {}

  /** Begins a stream that leaves out what is known. */
  request(): CaronaUpdateRequest {
    const known = [...this.#versions].slice(-MAX_KNOWN_SENT);
    const versoesConhecidas = { ...this.assinar.versoesConhecidas, ...Object.fromEntries(known) };
    const { caronaIds, condominioId } = this.assinar;
    return create(CaronaUpdateRequestSchema, {
      comando: { case: "assinar", value: { caronaIds, condominioId, versoesConhecidas } },
    });
  }

  /** What the caller is to get of a message. */
  news({ evento }: CaronaUpdateResponse): Carona | undefined {
    if (evento.case === "resultado" && evento.value.codigo !== 0) {
      const { codigo, mensagem, motivo } = evento.value;
      const code = codigo in status ? codigo : status.UNKNOWN;
      throw new AttemptFailed({ ...bare(code, mensagem), reason: motivo });
    }
    if (evento.case === "sincronizado") this.#pause = FIRST_PAUSE;
    if (evento.case !== "atualizacao" || !evento.value.carona) return undefined;
    const { carona, inicial } = evento.value;
    const has = this.#versions.get(carona.id) ?? 0n;
    // An initial state that is older comes of a table that was restored.
    if (!(has < carona.versao || (inicial && has > carona.versao))) return undefined;
    this.#versions.delete(carona.id);
    this.#versions.set(carona.id, carona.versao);
    if (this.#versions.size > MAX_KNOWN) {
      for (const oldest of this.#versions.keys()) {
        this.#versions.delete(oldest);
        break;
      }
    }
    return carona;
  }

  /** Milliseconds before the next stream. */
  pause(): number {
    const pause = Math.random() * this.#pause;
    this.#pause = Math.min(this.#pause * 2, MAX_PAUSE);
    return pause;
  }
}

/** Whether another stream may succeed a moment later. */
function passes(failure: Failure): boolean {
  return PASSING.includes(failure.code) || failure.reason === "SOBRECARGA";
}
