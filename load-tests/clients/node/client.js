// Calls ReservaService at a steady rate with @grpc/grpc-js; ../README.md tells the arguments.
"use strict";

const crypto = require("node:crypto");
const fs = require("node:fs");
const timers = require("node:timers/promises");
const grpc = require("@grpc/grpc-js");
const protoLoader = require("@grpc/proto-loader");

// That of bookings in timeouts.json.
const DEADLINE_MS = 8_000;

const [target, contract, serviceConfig, condominio, perSecond, seconds] = process.argv.slice(2);
const definition = protoLoader.loadFileDescriptorSetFromBuffer(fs.readFileSync(contract), { keepCase: true });
const { ReservaService } = grpc.loadPackageDefinition(definition).minhacarona.v1;
const client = new ReservaService(target, grpc.credentials.createInsecure(), {
  "grpc.service_config": fs.readFileSync(serviceConfig, "utf8"),
});
const bound = new grpc.Metadata();
bound.set("x-tenant-id", condominio);

/** Resolves to the code that the call ended with. */
function call(number) {
  const id = crypto.randomUUID();
  const options = { deadline: Date.now() + DEADLINE_MS };
  return new Promise((resolve) => {
    if (number % 2 === 0) {
      const booking = { request_id: id, carona_id: id, usuario_id: "ana", condominio_id: condominio };
      client.ProcessarReserva(booking, bound, options, (error) => resolve(error ? error.code : grpc.status.OK));
    } else {
      const listing = client.GetReservas({ carona_id: id }, bound, options);
      listing.on("data", () => {});
      listing.on("error", (error) => resolve(error.code));
      listing.on("end", () => resolve(grpc.status.OK));
    }
  });
}

async function main() {
  const start = performance.now();
  const calls = [];
  for (let number = 0; number < perSecond * seconds; number++) {
    await timers.setTimeout(Math.max(0, start + (number * 1000) / perSecond - performance.now()));
    calls.push(call(number));
  }
  const ended = {};
  for (const code of await Promise.all(calls)) {
    ended[grpc.status[code]] = (ended[grpc.status[code]] ?? 0) + 1;
  }
  client.close();
  console.log(JSON.stringify(ended));
}

main();
