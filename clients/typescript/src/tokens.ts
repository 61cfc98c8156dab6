/** Tokens, by which a client proves who it is. */
import { status } from "@grpc/grpc-js";
import { AttemptFailed, bare } from "./errors.js";

/** token68 of RFC 9110, section 11.2. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** The services refuse longer ones; all headers of a call have 8 KB. */
const MAX_LENGTH = 4_096;

/** After this part of its life, a token's successor is fetched. */
const DUE = 0.8;

/**
 * Pauses after a failed fetch, and between fetches that a refusal forced, in milliseconds: they become
 * longer while another token changes nothing, as when the resident's token is the one that was refused.
 */
const [FIRST_PAUSE, MAX_PAUSE] = [100, 60_000];
const [FIRST_FORCED_PAUSE, MAX_FORCED_PAUSE] = [30_000, 600_000];

/** A bearer token, and when services begin to refuse it, in milliseconds since 1970. */
export interface Token {
  value: string;
  expiresAt: number;
}

/**
 * Fetches a token; a text is a JWT. It is asked once at a time. The message of what it throws becomes a
 * part of the message of calls that have no token, so it must show no secret.
 */
export type TokenSource = () => Promise<Token | string> | Token | string;

/** A token, told from others of the same source by its number, and when the next one is due. */
export interface Fetched {
  number: number;
  token: Token;
  due: number;
}

/** Returns a text that can be a token; else throws an error that does not show it. */
export function checkToken(value: string): string {
  if (value.length > MAX_LENGTH || !TOKEN.test(value)) {
    throw new TypeError(`A text of ${value.length} characters is no token`);
  }
  return value;
}

/** A JWT says itself when it expires, in its claim `exp`. */
function ofJwt(value: string): Token {
  try {
    const payload = Buffer.from(value.split(".")[1] ?? "", "base64url").toString();
    const { exp } = JSON.parse(payload) as { exp?: unknown };
    if (typeof exp === "number") return { value, expiresAt: exp * 1000 };
  } catch {
    // Its message may show a part of the token.
  }
  throw new TypeError("This is no JWT with exp: return a token with expiresAt");
}

/** Pauses that double, up to a maximum, until they are shortened or reset. */
class Pauses {
  #next: number;
  #end = 0;

  constructor(
    private readonly first: number,
    private readonly longest: number,
  ) {
    this.#next = first;
  }

  /** Clients that failed at the same time end it at different ones. */
  begin(now: number): void {
    this.#end = now + this.#next * (0.5 + Math.random() / 2);
    this.#next = Math.min(this.#next * 2, this.longest);
  }

  /** One that seems longer than any was begun by another clock. */
  over(now: number): boolean {
    return now >= this.#end || now + this.longest < this.#end;
  }

  shorten(): void {
    this.#next = this.first;
  }

  reset(): void {
    this.shorten();
    this.#end = 0;
  }
}

/**
 * Keeps the newest token of a source, and has one fetch under way at most.
 *
 * A token is fetched when a call needs one. After four fifths of its life, a call that uses it starts the
 * fetch of the next one and does not wait for it.
 */
export class Tokens {
  #fetches = 0;
  #current: Fetched | undefined;
  #pending: Promise<Fetched> | undefined;
  #failure: unknown = new Error("There was no fetch");
  readonly #failures = new Pauses(FIRST_PAUSE, MAX_PAUSE);
  readonly #forced = new Pauses(FIRST_FORCED_PAUSE, MAX_FORCED_PAUSE);

  constructor(
    private readonly source: TokenSource,
    private readonly clock: () => number = () => Date.now(),
  ) {}

  /**
   * A token for a call, but not the one with the number `refused`. `fresh` waits for the next token if it
   * is due; if there is none, the old one does.
   */
  async get(refused = 0, fresh = false): Promise<Fetched> {
    const now = this.clock();
    let good = this.#current;
    if (good && (good.number === refused || now >= good.token.expiresAt)) good = undefined;
    if ((!good || now >= good.due) && !this.#pending && this.#failures.over(now)) this.#fetch();
    if (this.#pending && !good) return this.#pending;
    if (this.#pending && good && fresh && now >= good.due) {
      const old = good;
      return this.#pending.catch(() => old);
    }
    if (good) return good;
    throw this.#failure;
  }

  /** Called when a service refused a token: may a repeat of the call get another one? */
  refused(number: number): boolean {
    if (this.#pending || (this.#current && this.#current.number !== number)) return true;
    const now = this.clock();
    if (!this.#forced.over(now) || !this.#failures.over(now)) return false;
    this.#forced.begin(now);
    this.#fetch();
    return true;
  }

  /** Called when a service took the token that a refusal made the client fetch. */
  cured(): void {
    this.#forced.shorten();
  }

  #fetch(): void {
    this.#pending = this.#run();
    // Nobody may be waiting for it.
    this.#pending.catch(() => undefined);
  }

  async #run(): Promise<Fetched> {
    try {
      await null; // So that what the source throws at once finds the fetch under way.
      const told = await this.source();
      const token = typeof told === "string" ? ofJwt(told) : told;
      checkToken(token.value);
      const now = this.clock();
      if (!(token.expiresAt > now)) {
        throw new TypeError("The token source returned a token that has expired");
      }
      this.#fetches += 1;
      const due = now + (token.expiresAt - now) * DUE;
      this.#current = { number: this.#fetches, token, due };
      this.#failures.reset();
      return this.#current;
    } catch (e) {
      this.#failure = e;
      const now = this.clock();
      this.#failures.begin(now);
      if (this.#current && now < this.#current.token.expiresAt) {
        process.emitWarning(`No new token; calls go on with the old one: ${messageOf(e)}`);
      }
      throw e;
    } finally {
      this.#pending = undefined;
    }
  }
}

/** There is no token: the client's own fault, and one that passes, for nobody has refused the caller. */
export function noToken(told: unknown): AttemptFailed {
  const message = `There is no token, because the token source failed: ${messageOf(told)}`;
  return new AttemptFailed(bare(status.UNAVAILABLE, message, false));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
