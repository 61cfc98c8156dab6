/** What all calls of a client have in common. */
import { setTimeout as sleep } from "node:timers/promises";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import { ChannelCredentials } from "@grpc/grpc-js";
import { Call, type Headers, Throttle } from "./call.js";
import { throttling, timeoutOf } from "./config.js";
import { endOf } from "./deadline.js";
import { Links } from "./links.js";
import { credentialsOf, stampOf, type Tls } from "./tls.js";
import { checkToken, type Fetched, noToken, type TokenSource, Tokens } from "./tokens.js";

const CONDOMINIO = /^[A-Za-z0-9._:@-]{1,64}$/;

/** The services ignore what is longer, or has no root. */
const TRACE = /^(?=.{1,256}$)(.*; ?)?Root=1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}(;[ -~]*)?$/;

/** How a client reaches the services, and who calls. */
export interface ClientOptions {
  /** An address of its own for ReservaService. */
  reservaTarget?: string;
  /** Without it, public CAs are trusted; `false` is plaintext, for services on the same machine. */
  tls?: Tls | false;
  /** Proves who calls: a text that never changes, or what fetches tokens. */
  token?: string | TokenSource;
  /** The token of a resident for whom every call is made. */
  onBehalfOf?: string;
  /** Binds every call to a condominium, so that it finds no rides of others. */
  condominio?: string;
}

/** What every call may be told. */
export interface CallOptions {
  /** For all attempts together; without it, the method's own of `timeouts.json`. */
  timeoutMs?: number;
  /** The token by which a resident proved who it is: services judge the call as the resident's. */
  onBehalfOf?: string;
  /** Binds the call to this condominium, in place of the client's own. */
  condominio?: string;
  /** An `X-Amzn-Trace-Id`, under which the services log and trace the call. */
  trace?: string;
  /** Ends the call, which then throws the signal's reason. A write may be stored nevertheless. */
  signal?: AbortSignal;
}

/** Makes calls as the client's settings say. */
export class Core {
  readonly caronas: Links;
  readonly reservas: Links;
  readonly #tls: Tls | false;
  readonly #headers: Headers;
  readonly #tokens: Tokens | undefined;
  readonly #throttle = new Throttle(throttling);
  readonly #options: ClientOptions;

  constructor(target: string, options: ClientOptions) {
    const { reservaTarget = target, token, onBehalfOf, condominio, tls = {} } = options;
    if (tls === false && (token !== undefined || onBehalfOf !== undefined)) {
      throw new TypeError("Tokens are sent over TLS only");
    }
    if (tls !== false && (tls.certificate === undefined) !== (tls.key === undefined)) {
      throw new TypeError("certificate and key belong together");
    }
    if (condominio !== undefined) checkCondominio(condominio);
    if (onBehalfOf !== undefined) checkToken(onBehalfOf);
    this.#options = options;
    this.#tls = tls;
    this.#headers =
      typeof token === "string" ? { authorization: `Bearer ${checkToken(token)}` } : {};
    this.#tokens = typeof token === "function" ? new Tokens(token) : undefined;
    this.caronas = this.#links(target);
    this.reservas = reservaTarget === target ? this.caronas : this.#links(reservaTarget);
  }

  close(): void {
    this.caronas.close();
    this.reservas.close();
  }

  /** A call that has not been attempted yet. */
  call(method: DescMethod, request: Message, options: CallOptions): Call {
    const { onBehalfOf = this.#options.onBehalfOf, trace } = options;
    const { condominio = this.#options.condominio } = options;
    const headers: Record<string, string> = { ...this.#headers };
    if (onBehalfOf !== undefined) {
      if (this.#tls === false) throw new TypeError("Tokens are sent over TLS only");
      headers["x-on-behalf-of"] = checkToken(onBehalfOf);
    }
    if (condominio !== undefined) headers["x-tenant-id"] = checkCondominio(condominio);
    if (trace !== undefined) {
      if (!TRACE.test(trace)) throw new TypeError("trace is no X-Amzn-Trace-Id");
      headers["x-amzn-trace-id"] = trace;
    }
    return new Call({
      method,
      request,
      end: endOf(options.timeoutMs ?? timeoutOf(method)),
      headers,
      tokens: this.#tokens,
      throttle: this.#throttle,
      signal: options.signal,
    });
  }

  #links(target: string): Links {
    const tls = this.#tls;
    return tls === false
      ? new Links(target, ChannelCredentials.createInsecure, () => "")
      : new Links(
          target,
          () => credentialsOf(tls),
          () => stampOf(tls),
        );
  }
}

/** Metadata for the next attempt. Waits for a token if there is none. */
export async function headersOf(call: Call, fresh = false): Promise<Headers> {
  const { tokens, signal } = call.terms;
  if (!tokens) return call.headers();
  const over = new AbortController();
  const any = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  const late = sleep(call.remaining(), undefined, { signal: any }).then(() => undefined);
  let fetched: Fetched | undefined;
  try {
    fetched = await Promise.race([tokens.get(call.refused, fresh), late]);
  } catch (e) {
    signal?.throwIfAborted();
    throw noToken(e);
  } finally {
    late.catch(() => undefined);
    over.abort();
  }
  if (!fetched) throw noToken("it is slow");
  return call.headers(fetched);
}

function checkCondominio(condominio: string): string {
  if (!CONDOMINIO.test(condominio)) throw new TypeError("condominio is no id");
  return condominio;
}
