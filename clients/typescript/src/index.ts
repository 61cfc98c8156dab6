/** Client of Minha Carona: rides and reservations of a condominium, over gRPC. */
export { Client } from "./client.js";
export type { CallOptions, ClientOptions } from "./core.js";
export { clientCredentials } from "./credentials.js";
export { deadline } from "./deadline.js";
export {
  CallError,
  Failed,
  OutcomeUnknown,
  type Reason,
  Refused,
  type Violation,
} from "./errors.js";
export * from "./gen/minhacarona/v1/carona_pb.js";
export * from "./gen/minhacarona/v1/carona_service_pb.js";
export * from "./gen/minhacarona/v1/reserva_pb.js";
export * from "./gen/minhacarona/v1/reserva_service_pb.js";
export type { CaronaList } from "./list.js";
export type { Pem, Tls } from "./tls.js";
export type { Token, TokenSource } from "./tokens.js";
export type { Watch, WatchOptions } from "./watch.js";
