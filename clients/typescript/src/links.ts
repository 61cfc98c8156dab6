/** Decides when a client needs another channel. */
import { type ChannelCredentials, type ChannelOptions, Client } from "@grpc/grpc-js";
import { forChannel } from "./config.js";

/**
 * A connection on which nothing was heard for so long may be gone without a trace: the process was frozen,
 * or what is between has forgotten it. A new one costs milliseconds, a dead one a timeout.
 */
const SILENCE_MS = 5_000;

/** Certificates are looked at so often. */
const LOOK_MS = 60_000;

const OPTIONS: ChannelOptions = {
  "grpc.primary_user_agent": "minhacarona-typescript",
  "grpc.service_config": forChannel,
  // The published config holds, whatever a DNS record says.
  "grpc.service_config_disable_resolution": 1,
  // Otherwise a new channel would use the connections of the one that it replaces.
  "grpc.use_local_subchannel_pool": 1,
  // The servers allow a ping every 20 s.
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 10_000,
  // A server that restarts is found again at once, and one that is away is asked every 5 s.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 5_000,
};

/** What gRPC returns for a call. */
export interface Cancellable {
  cancel(): void;
}

/** A channel, the calls on it, and how long it has been silent. */
export class Link {
  readonly client: Client;
  readonly calls = new Set<Cancellable>();
  inFlight = 0;
  #heard = clocks();

  constructor(target: string, credentials: ChannelCredentials) {
    this.client = new Client(target, credentials, OPTIONS);
  }

  /** Called when something came from the server. */
  heard(): void {
    this.#heard = clocks();
  }

  /**
   * Milliseconds since something was heard. The monotonic clock may stand still while a machine is frozen,
   * and the wall clock may be set back, so the later one is right.
   */
  silence(): number {
    const [monotonic, wall] = clocks();
    return Math.max(monotonic - this.#heard[0], wall - this.#heard[1]);
  }

  /** Ends calls in flight. */
  close(): void {
    for (const call of this.calls) call.cancel();
    this.client.close();
  }
}

/** Keeps one link to one target, and replaces it when it may be dead. */
export class Links {
  /** The last one is used for new calls; the others end their calls. */
  #open: Link[] = [];
  #closed = false;
  #stamp = "";
  #looked = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly target: string,
    private readonly credentials: () => ChannelCredentials,
    private readonly stamp: () => string,
  ) {}

  /** A link for a call. Release it when the call has ended. */
  acquire(): Link {
    if (this.#closed) throw new Error("The client is closed");
    const changed = this.#certificatesChanged();
    let link = this.#open.at(-1);
    if (!link || changed || link.silence() > SILENCE_MS) {
      link = new Link(this.target, this.credentials());
      this.#open.push(link);
      this.#sweep();
    }
    link.inFlight += 1;
    return link;
  }

  /** Closes a link that was replaced, after its last call. */
  release(link: Link): void {
    link.inFlight -= 1;
    this.#sweep();
  }

  /** Ends calls in flight. */
  close(): void {
    this.#closed = true;
    for (const link of this.#open) link.close();
    this.#open = [];
  }

  #sweep(): void {
    const last = this.#open.at(-1);
    for (const link of this.#open) if (link !== last && link.inFlight === 0) link.close();
    this.#open = this.#open.filter((link) => link === last || link.inFlight > 0);
  }

  #certificatesChanged(): boolean {
    if (performance.now() - this.#looked < LOOK_MS) return false;
    this.#looked = performance.now();
    const stamp = this.stamp();
    const changed = stamp !== "" && this.#stamp !== "" && stamp !== this.#stamp;
    this.#stamp = stamp || this.#stamp;
    return changed;
  }
}

function clocks(): [number, number] {
  return [performance.now(), Date.now()];
}
