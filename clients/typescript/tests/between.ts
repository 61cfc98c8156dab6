/** A TCP proxy that cuts connections, or forgets them as a router does that was replaced. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class Between {
  /** How many connections were made in all. */
  made = 0;
  readonly #connections = new Set<{ client: Socket; server: Socket }>();
  readonly #listener: Server;

  constructor(port: number) {
    this.#listener = createServer((client) => {
      this.made += 1;
      const server = connect(port, "127.0.0.1");
      const both = { client, server };
      this.#connections.add(both);
      for (const each of [client, server]) {
        each.on("error", () => undefined);
        each.on("close", () => {
          client.destroy();
          server.destroy();
          this.#connections.delete(both);
        });
      }
      client.pipe(server).pipe(client);
    });
  }

  start(): Promise<string> {
    return new Promise((resolve) => {
      this.#listener.listen(0, "127.0.0.1", () => {
        resolve(`127.0.0.1:${(this.#listener.address() as AddressInfo).port}`);
      });
    });
  }

  /** Connections that are open. */
  get open(): number {
    return this.#connections.size;
  }

  /** Resets all connections. */
  cut(): void {
    for (const { client, server } of this.#connections) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** Swallows from now on what connections send, and answers nothing. */
  forget(): void {
    for (const { client, server } of this.#connections) {
      client.unpipe(server).resume();
      server.unpipe(client).resume();
    }
  }

  stop(): void {
    this.cut();
    this.#listener.close();
  }
}
