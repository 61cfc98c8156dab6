/** Decides what follows each attempt at a call, without doing any input or output itself. */
import type { DescMethod, Message } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { policyOf, type RetryPolicy, type Throttling, writes } from "./config.js";
import { bare, type Failure, failureOf, kindOf, leavesOpen } from "./errors.js";
import type { Fetched, Tokens } from "./tokens.js";

export type Headers = Readonly<Record<string, string>>;

/** The part by which pauses differ from what is configured, as in all of gRPC's own clients. */
const JITTER = 0.2;

/** Ends repeats while most attempts fail, as gRPC's `retryThrottling` does. */
export class Throttle {
  #tokens: number;

  constructor(private readonly config: Throttling) {
    this.#tokens = config.maxTokens;
  }

  /** Counts an attempt that might be repeated. */
  failed(): void {
    this.#tokens = Math.max(0, this.#tokens - 1);
  }

  /** Counts an attempt that a service answered. */
  answered(): void {
    this.#tokens = Math.min(this.config.maxTokens, this.#tokens + this.config.tokenRatio);
  }

  /** Whether a repeat may be made. */
  allows(): boolean {
    return this.#tokens > this.config.maxTokens / 2;
  }
}

/** What a call is made with. */
export interface Terms {
  method: DescMethod;
  request: Message;
  /** By `performance.now()`. */
  end: number;
  headers: Headers;
  tokens: Tokens | undefined;
  throttle: Throttle;
  signal: AbortSignal | undefined;
}

/** One call of a client, and what its attempts have met so far. */
export class Call {
  readonly #policy: RetryPolicy | undefined;
  #attempts = 0;
  #sent = 0;
  /** What the last attempt met says more than that time is over. */
  #last: Failure | undefined;
  /** Whether an attempt may have been stored. */
  #uncertain = false;
  #backoff: number;
  #carried: Fetched | undefined;
  #refused = 0;

  constructor(
    readonly terms: Terms,
    policy = policyOf(terms.method),
  ) {
    this.#policy = policy;
    this.#backoff = policy?.initialBackoff ?? 0;
  }

  /** Milliseconds until the call's deadline. Throws its error when that has passed. */
  remaining(): number {
    this.terms.signal?.throwIfAborted();
    const remaining = this.terms.end - performance.now();
    if (remaining > 0) return remaining;
    const late = "The deadline passed before the call was made";
    throw this.#error(this.#last ?? bare(status.DEADLINE_EXCEEDED, late, false));
  }

  /** The number of the token that a service refused, or 0. */
  get refused(): number {
    return this.#refused;
  }

  /** Metadata for the next attempt, with a token if the client has tokens. */
  headers(fetched?: Fetched): Headers {
    this.#carried = fetched;
    const { headers } = this.terms;
    return fetched ? { ...headers, authorization: `Bearer ${fetched.token.value}` } : headers;
  }

  /** The same call from its first attempt on, with the same deadline. */
  anew(): Call {
    return new Call(this.terms, this.#policy);
  }

  /** Called when a service answered the call. */
  answered(): void {
    this.terms.throttle.answered();
    if (this.#refused) this.terms.tokens?.cured();
  }

  /** After how many milliseconds to try again. Throws the call's error if that is over. */
  failed(error: unknown): number {
    this.terms.signal?.throwIfAborted();
    const failure = failureOf(error);
    this.#last = failure;
    this.#attempts += 1;
    this.#sent += failure.sent ? 1 : 0;
    const pause = this.#pause(failure);
    if (pause === undefined || pause >= this.terms.end - performance.now()) {
      throw this.#error(failure, error);
    }
    this.#uncertain ||= leavesOpen(failure);
    return pause;
  }

  #pause(failure: Failure): number | undefined {
    if (failure.code === status.UNAUTHENTICATED) return this.#withAnotherToken();
    const policy = this.#policy;
    const { throttle } = this.terms;
    if (!policy?.codes.includes(failure.code)) {
      if (failure.reason) throttle.answered();
      return undefined;
    }
    throttle.failed();
    if (this.#attempts >= policy.maxAttempts || !throttle.allows()) return undefined;
    if (failure.pushback !== undefined) {
      this.#backoff = policy.initialBackoff;
      return /^\d+$/.test(failure.pushback) ? Number(failure.pushback) : undefined;
    }
    const pause = this.#backoff * (1 - JITTER + Math.random() * 2 * JITTER);
    this.#backoff = Math.min(this.#backoff * policy.multiplier, policy.maxBackoff);
    return pause;
  }

  /** Who is not known has changed nothing, so one repeat is safe for writes too. */
  #withAnotherToken(): number | undefined {
    const carried = this.#carried;
    this.#carried = undefined;
    if (this.#refused || !carried || !this.terms.tokens?.refused(carried.number)) return undefined;
    this.#refused = carried.number;
    this.#attempts -= 1; // It is none of those that the retry policy counts.
    return 0;
  }

  #error(failure: Failure, cause?: unknown): Error {
    const { method, request } = this.terms;
    const Kind = kindOf(failure, writes(method), this.#uncertain);
    return new Kind(failure, request, this.#sent, cause);
  }
}
