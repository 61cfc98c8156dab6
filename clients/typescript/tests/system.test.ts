/** The client against the real services, without TLS. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, describe, it } from "node:test";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type Carona,
  Client,
  Consistencia,
  OutcomeUnknown,
  Refused,
  StatusCarona,
  StatusReserva,
} from "../src/index.js";
import { Between } from "./between.js";
import { all } from "./calls.js";

const { MINHA_CARONA_TARGET: target, MINHA_CARONA_RESERVA_TARGET: reservaTarget } = process.env;
const skip = target && reservaTarget ? false : "MINHA_CARONA_TARGET is not set";
const CONDOMINIO = "condominio-typescript";

function port(address: string | undefined): number {
  const [host, port] = (address ?? "").split(":");
  assert.match(host!, /^(localhost|127\.0\.0\.1)$/);
  return Number(port);
}

describe("the system", { skip }, () => {
  const system = new Client(target ?? "", { reservaTarget: reservaTarget ?? "", tls: false });
  after(() => system.close());

  function offer(vagasTotal = 2, condominioId = CONDOMINIO) {
    return {
      requestId: randomUUID(),
      condominioId,
      motoristaId: "marina",
      origem: "Portaria",
      destino: "Metrô",
      partida: timestampFromMs(Date.now() + 86_400_000),
      vagasTotal,
    };
  }

  function book({ id: caronaId, condominioId }: Carona, usuarioId: string, vagas = 1) {
    return { requestId: randomUUID(), caronaId, usuarioId, condominioId, vagas };
  }

  it("takes a ride from offer to cancellation", async () => {
    const request = offer();
    const carona = await system.createCarona(request);
    const { id: caronaId } = carona;
    assert.deepEqual(await system.createCarona(request), carona);
    assert.deepEqual(await system.getCarona({ caronaId }), carona);

    const booking = book(carona, "zeca", 2);
    const booked = await system.processarReserva(booking);
    assert.equal(booked.reserva?.status, StatusReserva.CONFIRMADA);
    assert.equal(booked.vagasDisponiveis, 0);
    assert.equal((await system.processarReserva(booking)).repetida, true);
    await assert.rejects(system.processarReserva(book(carona, "lia")), (e) => {
      assert.ok(e instanceof Refused);
      assert.equal(e.reason, "VAGAS_INSUFICIENTES");
      assert.deepEqual(e.metadata, { carona_id: caronaId, vagas_disponiveis: "0" });
      return true;
    });

    const left = await system.checkVagas({ caronaId, consistencia: Consistencia.FORTE });
    assert.equal(left.status, StatusCarona.LOTADA);
    const reservas = await system.getReservas({ caronaId });
    assert.deepEqual(
      reservas.map(({ usuarioId }) => usuarioId),
      ["zeca"],
    );

    const status = StatusReserva.CANCELADA;
    const cancelled = await system.updateReservaStatus({ caronaId, usuarioId: "zeca", status });
    assert.equal(cancelled.status, status);
    const gone = { caronaId, status: StatusCarona.CANCELADA, motivo: "chuva" };
    assert.equal((await system.updateCaronaStatus(gone)).motivo, "chuva");
  });

  it("tells every field that is wrong", async () => {
    await assert.rejects(system.createCarona({}), (e) => {
      assert.ok(e instanceof Refused);
      assert.equal(e.reason, "ARGUMENTO_INVALIDO");
      const fields = e.violations.map(({ field }) => field);
      for (const each of ["condominio_id", "motorista_id", "partida"]) {
        assert.ok(fields.includes(each), each);
      }
      return true;
    });
  });

  it("lists rides", async () => {
    const condominioId = `condominio-${randomUUID()}`;
    const offered: string[] = [];
    for (let i = 0; i < 7; i++) {
      offered.push((await system.createCarona(offer(2, condominioId))).id);
    }
    const listed = await all(system.listCaronasDisponiveis({ condominioId }));
    assert.deepEqual(listed.sort(), offered.sort());
    const some = await all(system.listCaronasDisponiveis({ condominioId, limite: 3 }));
    assert.equal(some.length, 3);
  });

  it("tells live updates over connections that are cut", async () => {
    const carona = await system.createCarona(offer());
    const between = new Between(port(target));
    const watcher = new Client(await between.start(), { tls: false });
    const watch = watcher.watchCaronas({ caronaIds: [carona.id] });
    const versao = async () => (await watch.next()).value?.versao;
    assert.equal(await versao(), 1n);
    await system.processarReserva(book(carona, "zeca"));
    assert.equal(await versao(), 2n);
    between.cut();
    await system.processarReserva(book(carona, "lia"));
    assert.equal(await versao(), 3n);
    watch.close();
    watcher.close();
    between.stop();
  });

  it("never sells seats twice, to twenty residents over connections that are cut", async () => {
    const carona = await system.createCarona(offer(5));
    const between = new Between(port(reservaTarget));
    const client = new Client(await between.start(), { tls: false });

    async function resident(name: string): Promise<[string, string]> {
      const request = book(carona, name);
      for (;;) {
        try {
          await client.processarReserva(request);
          return [name, "booked"];
        } catch (e) {
          if (e instanceof Refused) return [name, e.reason];
          if (!(e instanceof OutcomeUnknown)) throw e;
        }
      }
    }

    const residents: Promise<[string, string]>[] = [];
    for (let i = 0; i < 20; i++) {
      residents.push(resident(`r${i}`));
      if (i % 5 === 4) {
        await new Promise((go) => setTimeout(go, 20));
        between.cut();
      }
    }
    const outcomes = await Promise.all(residents);
    client.close();
    between.stop();
    const named = (told: string) =>
      outcomes.filter(([, each]) => each === told).map(([name]) => name);
    const reservas = await system.getReservas({ caronaId: carona.id });
    const stored = reservas.map(({ usuarioId }) => usuarioId);
    assert.deepEqual(stored.sort(), named("booked").sort());
    assert.equal(stored.length, 5);
    assert.equal(named("VAGAS_INSUFICIENTES").length, 15);
  });
});
