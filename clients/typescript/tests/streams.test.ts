/** Lists and live updates, from a server that breaks them as the test says. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { status } from "@grpc/grpc-js";
import {
  type CaronaUpdateRequest,
  Client,
  Failed,
  type ListCaronasRequest,
  Refused,
  type Watch,
} from "../src/index.js";
import { Between } from "./between.js";
import { all } from "./calls.js";
import { evento, ride, Scripted } from "./scripted.js";

const SYNCED = evento({ case: "sincronizado", value: {} });
const ENDING = evento({ case: "encerrando", value: {} });

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

async function next(watch: Watch): Promise<[string, bigint]> {
  const { value } = await watch.next();
  assert.ok(value);
  return [value.id, value.versao];
}

describe("a list", () => {
  for (const code of [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED]) {
    it(`that breaks with ${status[code]} goes on after the last ride`, async () => {
      server.breaks.push([2, { code }], [2, { code }]);
      assert.deepEqual(await all(client.listCaronasDisponiveis({})), ["0", "1", "2", "3", "4"]);
      const asked = server.requests<ListCaronasRequest>().map(({ apos }) => apos);
      assert.deepEqual(asked, ["", "1", "3"]);
    });
  }

  it("goes on after its connection was cut", async () => {
    const between = new Between(server.port);
    const cut = new Client(await between.start(), { tls: false });
    server.breaks.push([2, { code: status.OK, silent: true }]);
    const seen: string[] = [];
    for await (const { id } of cut.listCaronasDisponiveis({})) {
      seen.push(id);
      if (id === "1") between.cut();
    }
    assert.deepEqual(seen, ["0", "1", "2", "3", "4"]);
    assert.equal(server.seen.length, 2);
    cut.close();
    between.stop();
  });

  it("tells where another goes on", async () => {
    const rides = client.listCaronasDisponiveis({ apos: "0" });
    assert.equal(rides.cursor, "0");
    for await (const { id } of rides) if (id === "2") break;
    assert.equal(rides.cursor, "2");
    assert.deepEqual(await all(rides), [], "it was left");
    assert.deepEqual(await all(client.listCaronasDisponiveis({ apos: "2" })), ["3", "4"]);
  });

  it("with a limit is no longer for having broken", async () => {
    server.breaks.push([2, { code: status.UNAVAILABLE }]);
    assert.deepEqual(await all(client.listCaronasDisponiveis({ limite: 2 })), ["0", "1"]);
    server.breaks.push([2, { code: status.UNAVAILABLE }]);
    assert.deepEqual(await all(client.listCaronasDisponiveis({ limite: 3 })), ["0", "1", "2"]);
    const asked = server.requests<ListCaronasRequest>().map(({ limite }) => limite);
    assert.deepEqual(asked, [2, 3, 1]);
  });

  it("that brings nothing is given up", async () => {
    for (let i = 0; i < 9; i++) server.breaks.push([0, { code: status.UNAVAILABLE }]);
    await assert.rejects(all(client.listCaronasDisponiveis({})), Failed);
    assert.equal(server.seen.length, 4);
  });

  it("is closed by another task", async () => {
    server.breaks.push([1, { code: status.OK, silent: true }]);
    const rides = client.listCaronasDisponiveis({});
    await rides.next();
    const waiting = rides.next();
    rides.close();
    assert.deepEqual(await waiting, { value: undefined, done: true });
  });
});

describe("a watch", () => {
  it("yields each state once", async () => {
    server.streams.push(
      [ride("a", 1n, true), ride("b", 4n, true), SYNCED, ENDING],
      [ride("b", 4n, true), SYNCED, ride("a", 2n)],
    );
    const synced: number[] = [];
    const onSynced = () => synced.push(server.seen.length);
    const watch = client.watchCaronas({ condominioId: "c" }, { onSynced });
    const seen = [await next(watch), await next(watch), await next(watch)];
    watch.close();
    assert.deepEqual(seen, [
      ["a", 1n],
      ["b", 4n],
      ["a", 2n],
    ]);
    assert.deepEqual(synced, [1, 2]);
    const commands = server.requests<CaronaUpdateRequest>().map(({ comando }) => {
      assert.ok(comando.case === "assinar");
      assert.equal(comando.value.condominioId, "c");
      return comando.value.versoesConhecidas;
    });
    assert.deepEqual(commands, [{}, { a: 1n, b: 4n }]);
  });

  it("goes on after a restore", async () => {
    server.streams.push(
      [ride("a", 7n, true), SYNCED, ENDING],
      [ride("a", 5n, true), SYNCED, ride("a", 6n)],
    );
    const watch = client.watchCaronas({ caronaIds: ["a"] });
    const seen = [await next(watch), await next(watch), await next(watch)];
    assert.deepEqual(seen, [
      ["a", 7n],
      ["a", 5n],
      ["a", 6n],
    ]);
    watch.close();
  });

  it("survives failures that pass", async () => {
    server.troubles.push(
      { code: status.UNAVAILABLE },
      { code: status.RESOURCE_EXHAUSTED, reason: "SOBRECARGA" },
      { code: status.CANCELLED },
      { code: status.DEADLINE_EXCEEDED },
    );
    server.streams.push([ride("a", 1n)]);
    const watch = client.watchCaronas({ caronaIds: ["a"] });
    assert.deepEqual(await next(watch), ["a", 1n]);
    watch.close();
  });

  it("that is refused ends", async () => {
    const value = { codigo: 5, motivo: "CARONA_NAO_ENCONTRADA", mensagem: "no" };
    server.streams.push([evento({ case: "resultado", value })]);
    await assert.rejects(
      client.watchCaronas({ caronaIds: ["a"] }).next(),
      (e) => e instanceof Refused && e.reason === "CARONA_NAO_ENCONTRADA",
    );
    server.troubles.push({ code: status.PERMISSION_DENIED, reason: "SEM_PERMISSAO" });
    await assert.rejects(client.watchCaronas({ caronaIds: ["a"] }).next(), Refused);
  });

  it("leaves a server that fell silent", async () => {
    const watch = client.watchCaronas({ caronaIds: ["a"] }, { silenceMs: 300 });
    server.streams.push([ride("a", 1n)]);
    assert.deepEqual(await next(watch), ["a", 1n]);
    server.streams.push([ride("a", 2n)]);
    assert.deepEqual(await next(watch), ["a", 2n]);
    watch.close();
  });

  it("is closed by another task, or by the caller's signal", async () => {
    server.streams.push([ride("a", 1n)]);
    const watch = client.watchCaronas({ caronaIds: ["a"] });
    await next(watch);
    const waiting = watch.next();
    watch.close();
    assert.deepEqual(await waiting, { value: undefined, done: true });

    const stop = new AbortController();
    const other = client.watchCaronas({ caronaIds: ["a"] }, { signal: stop.signal });
    const pending = other.next();
    while (server.seen.length < 2) await new Promise((go) => setTimeout(go, 5));
    stop.abort(new Error("enough"));
    await assert.rejects(pending, /enough/);
  });
});
