/** Lists, as asynchronous iterators that resume. */
import { clone } from "@bufbuild/protobuf";
import { methodOf, pause, stream } from "./attempt.js";
import type { Call } from "./call.js";
import type { Carona } from "./gen/minhacarona/v1/carona_pb.js";
import {
  CaronaService,
  type ListCaronasRequest,
  ListCaronasRequestSchema,
} from "./gen/minhacarona/v1/carona_service_pb.js";
import type { Links } from "./links.js";

const METHOD = methodOf(CaronaService.method.listCaronasDisponiveis);

/**
 * Open rides as they arrive; the server sends no faster than they are taken. A list that breaks goes on
 * after the last ride. Leaving a `for await`, or `close`, stops it before its end.
 */
export class CaronaList implements AsyncIterableIterator<Carona> {
  readonly #links: Links;
  readonly #request: ListCaronasRequest;
  readonly #limited: boolean;
  readonly #closed = new AbortController();
  readonly #rides: AsyncGenerator<Carona, undefined, void>;
  #call: Call;

  /** @internal */
  constructor(links: Links, request: ListCaronasRequest, call: Call) {
    this.#links = links;
    this.#request = clone(ListCaronasRequestSchema, request);
    this.#limited = request.limite > 0;
    this.#call = call;
    this.#rides = this.#run();
  }

  /** Goes on after the last ride when another list gets it as `apos`. */
  get cursor(): string {
    return this.#request.apos;
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

  /** Ends the call, so that the server reads no more for it. */
  close(): void {
    this.#closed.abort();
  }

  async *#run(): AsyncGenerator<Carona, undefined, void> {
    const request = this.#request;
    const { signal } = this.#closed;
    while (!signal.aborted) {
      let arrived = false;
      try {
        const answers = stream(this.#links, this.#call, METHOD, request, { signal });
        for await (const { carona, cursor } of answers) {
          if (signal.aborted) return;
          arrived = true;
          request.apos = cursor;
          if (this.#limited) request.limite -= 1;
          if (carona) yield carona;
          // A request with a limit of 0 would have none.
          if (this.#limited && request.limite === 0) return;
        }
        this.#call.answered();
        return;
      } catch (e) {
        if (signal.aborted) return;
        // One that has brought a ride begins to count its attempts anew.
        if (arrived) this.#call = this.#call.anew();
        await pause(this.#call, e);
      }
    }
  }
}
