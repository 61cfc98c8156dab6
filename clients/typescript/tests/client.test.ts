/** The client against a server that fails as the test says. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { status } from "@grpc/grpc-js";
import { policyOf, timeoutOf, writes } from "../src/config.js";
import {
  type CallOptions,
  Client,
  deadline,
  Failed,
  OutcomeUnknown,
  type ProcessarReservaRequest,
  Refused,
} from "../src/index.js";
import { Between } from "./between.js";
import { CALLS, OTHERS } from "./calls.js";
import { METHODS, ride, Scripted, type Trouble } from "./scripted.js";

const UNAVAILABLE: Trouble = { code: status.UNAVAILABLE };

let server: Scripted;
let client: Client;

beforeEach(async () => {
  server = await new Scripted().start();
  client = new Client(server.target, { tls: false });
});

afterEach(() => {
  client.close();
  server.stop();
});

function methodOf(name: string) {
  const found = METHODS.find((method) => method.name === name);
  assert.ok(found);
  return found;
}

/** Calls some times: a busy machine may take a part of a deadline before a call is sent. */
async function closest(expected: number, call: () => Promise<unknown>): Promise<void> {
  const seen: number[] = [];
  for (let i = 0; i < 5; i++) {
    await call();
    const { remaining } = server.seen.at(-1)!;
    seen.push(remaining);
    assert.ok(remaining <= expected * 1.05, `${remaining}`);
    if (remaining >= expected * 0.95) return;
  }
  assert.fail(`${seen} instead of ${expected}`);
}

it("every RPC of the contract is called here", () => {
  assert.deepEqual(Object.keys(CALLS).sort(), METHODS.map(({ name }) => name).sort());
});

describe("repeats", () => {
  for (const name of OTHERS) {
    for (const code of [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED]) {
      it(`${name}: ${status[code]} passes`, async () => {
        server.troubles.push({ code }, { code });
        await CALLS[name]!(client);
        assert.deepEqual(
          server.seen.map(({ method }) => method),
          [name, name, name],
        );
        for (const { request } of server.seen) assert.deepEqual(request, server.seen[0]!.request);
      });
    }

    it(`${name}: a failure that lasts is told after four attempts`, async () => {
      for (let i = 0; i < 10; i++) server.troubles.push(UNAVAILABLE);
      const Kind = writes(methodOf(name)) ? OutcomeUnknown : Failed;
      await assert.rejects(CALLS[name]!(client), (e) => e instanceof Kind && e.attempts === 4);
      assert.equal(server.seen.length, 4);
    });
  }

  it("are made only of what the contract marks as safe", () => {
    for (const method of METHODS) {
      assert.equal(policyOf(method) !== undefined, method.name !== "StreamCaronasUpdates");
    }
  });

  it("carry a requestId that is made once", async () => {
    server.troubles.push(UNAVAILABLE);
    const request = { caronaId: "a" };
    await client.processarReserva(request);
    await client.createCarona({});
    const [first, second, other] = server
      .requests<ProcessarReservaRequest>()
      .map((r) => r.requestId);
    assert.match(first!, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(first, second);
    assert.notEqual(second, other);
    assert.deepEqual(request, { caronaId: "a" }, "the caller's request is left as it was");
  });

  it("keep a requestId of the caller's", async () => {
    await client.createCarona({ requestId: "mine" });
    assert.equal(server.requests<ProcessarReservaRequest>()[0]!.requestId, "mine");
  });

  it("wait as long as the server says", async () => {
    const overload = { code: status.RESOURCE_EXHAUSTED, reason: "SOBRECARGA", pushback: "700" };
    server.troubles.push(overload, overload);
    await client.checkVagas({}, { timeoutMs: 20_000 });
    const [first, second, third] = server.seen.map(({ at }) => at);
    // Longer than any pause that the client would choose.
    assert.ok(second! - first! >= 699);
    assert.ok(third! - second! >= 699);
  });

  it("after an answer that was lost on the way book once", async () => {
    const proxy = new Between(server.port);
    const target = await proxy.start();
    const cut = new Client(target, { tls: false });
    server.troubles.push({ code: status.OK, silent: true });
    const booked = cut.processarReserva({ caronaId: "a" });
    while (server.seen.length === 0) await new Promise((go) => setTimeout(go, 5));
    proxy.cut();
    assert.equal((await booked).reserva?.usuarioId, "zeca");
    const [first, second] = server.requests<ProcessarReservaRequest>();
    assert.deepEqual(first, second);
    cut.close();
    proxy.stop();
  });
});

describe("deadlines", () => {
  for (const name of Object.keys(CALLS)) {
    it(`${name}: the server sees it`, async () => {
      await closest(timeoutOf(methodOf(name)), () => {
        server.streams.push([ride("a", 1n)]);
        return CALLS[name]!(client);
      });
    });
  }

  for (const name of OTHERS) {
    it(`${name}: a caller may set it`, () =>
      closest(5_500, () => CALLS[name]!(client, { timeoutMs: 5_500 })));
  }

  it("hold for all attempts", async () => {
    const overload = { code: status.RESOURCE_EXHAUSTED, pushback: "1000" };
    server.troubles.push(overload, overload);
    await client.getReservas({}, { timeoutMs: 20_000 });
    const [first, second, third] = server.seen.map(({ remaining }) => remaining);
    assert.ok(first! - second! >= 500, "it is no new deadline");
    assert.ok(second! - third! >= 500);
  });

  it("bound all calls of a piece of work", async () => {
    const book = (options?: CallOptions) => client.processarReserva({}, options);
    await closest(6_000, () => deadline(6_000, () => book()));
    await closest(4_000, () => deadline(6_000, () => deadline(4_000, () => book())));
    await closest(6_000, () => deadline(6_000, () => deadline(30_000, () => book())));
    await closest(5_000, () => deadline(6_000, () => book({ timeoutMs: 5_000 })));
    await closest(8_000, () => book());
  });

  it("leave a server that is silent", async () => {
    server.troubles.push({ code: status.OK, silent: true });
    await assert.rejects(
      client.processarReserva({}, { timeoutMs: 500 }),
      (e) => e instanceof OutcomeUnknown && e.code === status.DEADLINE_EXCEEDED,
    );
  });

  it("that have passed send nothing", async () => {
    await assert.rejects(
      client.processarReserva({}, { timeoutMs: 0 }),
      (e) => e instanceof Failed && e.attempts === 0,
    );
    assert.equal(server.seen.length, 0);
  });
});

describe("errors", () => {
  it("of a refusal are typed", async () => {
    server.troubles.push({
      code: status.INVALID_ARGUMENT,
      reason: "ARGUMENTO_INVALIDO",
      metadata: { a: "b" },
      violations: { vagas: "is too large" },
      retryDelayMs: 2_500,
    });
    await assert.rejects(client.processarReserva({}), (e) => {
      assert.ok(e instanceof Refused);
      assert.equal(e.code, status.INVALID_ARGUMENT);
      assert.equal(e.reason, "ARGUMENTO_INVALIDO");
      assert.deepEqual(e.metadata, { a: "b" });
      assert.deepEqual(e.violations, [{ field: "vagas", description: "is too large" }]);
      assert.equal(e.retryDelayMs, 2_500);
      assert.equal(e.message, "ARGUMENTO_INVALIDO: told");
      assert.equal(e.attempts, 1);
      return true;
    });
  });

  it("of an unknown outcome bring the request to repeat", async () => {
    server.troubles.push({ code: status.UNAVAILABLE, pushback: "-1" });
    const error = await client.processarReserva({ caronaId: "a" }).catch((e: unknown) => e);
    assert.ok(error instanceof OutcomeUnknown);
    await client.processarReserva(error.request as ProcessarReservaRequest);
    const [first, second] = server.requests();
    assert.deepEqual(first, second);
  });

  it("are thrown as they are when a caller aborts", async () => {
    server.troubles.push({ code: status.OK, silent: true });
    const stop = new AbortController();
    const call = client.checkVagas({}, { signal: stop.signal });
    while (server.seen.length === 0) await new Promise((go) => setTimeout(go, 5));
    stop.abort(new Error("enough"));
    await assert.rejects(call, /enough/);
    await assert.rejects(client.checkVagas({}, { signal: stop.signal }), /enough/);
    assert.equal(server.seen.length, 1);
  });
});

describe("connections", () => {
  it("go to two addresses", async () => {
    const reservas = await new Scripted().start();
    const both = new Client(server.target, { reservaTarget: reservas.target, tls: false });
    for (const name of OTHERS) await CALLS[name]!(both);
    both.close();
    reservas.stop();
    assert.deepEqual(
      new Set(reservas.seen.map(({ method }) => method)),
      new Set(["ProcessarReserva", "GetReservas", "UpdateReservaStatus"]),
    );
  });

  it("that were forgotten while the process was frozen cost no call", async () => {
    const proxy = new Between(server.port);
    const frozen = new Client(await proxy.start(), { tls: false });
    try {
      await frozen.checkVagas({});
      proxy.forget();
      const now = Date.now;
      mock.method(Date, "now", () => now() + 6_000);
      await frozen.checkVagas({}, { timeoutMs: 5_000 });
      await frozen.checkVagas({}, { timeoutMs: 5_000 });
      assert.equal(proxy.made, 2);
    } finally {
      mock.restoreAll();
      frozen.close();
      proxy.stop();
    }
  });

  it("of a closed client are no more", async () => {
    await client.checkVagas({});
    client.close();
    await assert.rejects(client.checkVagas({}), /closed/);
  });

  it("end with the client, and so do calls on them", async () => {
    server.troubles.push({ code: status.OK, silent: true });
    const call = client.checkVagas({});
    while (server.seen.length === 0) await new Promise((go) => setTimeout(go, 5));
    client.close();
    await assert.rejects(call, (e) => e instanceof Failed && e.code === status.CANCELLED);
  });
});

describe("metadata", () => {
  it("binds calls to a condominium", async () => {
    const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
    const bound = new Client(server.target, { tls: false, condominio: "a" });
    for (const name of OTHERS) await CALLS[name]!(bound);
    await bound.checkVagas({}, { condominio: "b", trace });
    const last = server.seen.pop()!;
    assert.deepEqual(
      new Set(server.seen.map(({ metadata }) => metadata["x-tenant-id"])),
      new Set(["a"]),
    );
    assert.equal(last.metadata["x-tenant-id"], "b");
    assert.equal(last.metadata["x-amzn-trace-id"], trace);
    await assert.rejects(bound.checkVagas({}, { condominio: "no spaces" }), /condominio/);
    for (const wrong of ["", "Root=1", `${trace}\n`, `${trace}é`]) {
      await assert.rejects(bound.checkVagas({}, { trace: wrong }), /trace/);
    }
    bound.close();
  });

  it("that cannot be is refused", () => {
    for (const settings of [{ token: "t" }, { onBehalfOf: "t" }, { condominio: "" }]) {
      assert.throws(() => new Client("localhost:1", { tls: false, ...settings }), /TLS|condominio/);
    }
  });
});
