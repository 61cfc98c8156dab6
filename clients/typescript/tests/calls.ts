/** Every RPC as a client calls it. */
import type { CallOptions, Carona, Client } from "../src/index.js";

export const CALLS: Record<string, (c: Client, o?: CallOptions) => Promise<unknown>> = {
  CheckVagas: (c, o) => c.checkVagas({}, o),
  CreateCarona: (c, o) => c.createCarona({}, o),
  GetCarona: (c, o) => c.getCarona({}, o),
  GetReservas: (c, o) => c.getReservas({}, o),
  ListCaronasDisponiveis: (c, o) => all(c.listCaronasDisponiveis({}, o)),
  ProcessarReserva: (c, o) => c.processarReserva({}, o),
  StreamCaronasUpdates: async (c) => {
    for await (const ride of c.watchCaronas({})) return ride;
    throw new Error("The watch ended");
  },
  UpdateCaronaStatus: (c, o) => c.updateCaronaStatus({}, o),
  UpdateReservaStatus: (c, o) => c.updateReservaStatus({}, o),
};

export const OTHERS = Object.keys(CALLS).filter((name) => name !== "StreamCaronasUpdates");

export async function all(rides: AsyncIterable<Carona>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of rides) ids.push(id);
  return ids;
}
