/** How a client trusts servers, and proves by a certificate who it is. */
import { readFileSync, statSync } from "node:fs";
import { ChannelCredentials } from "@grpc/grpc-js";

/** PEM, as bytes, or as the path of a file, which is read again within a minute of its change. */
export type Pem = Uint8Array | string;

/** TLS with other certificates than Node's own list of public CAs. */
export interface Tls {
  /** Trusts servers whose certificates come from these CAs, and no other. */
  ca?: Pem;
  /** The client's certificate, and those of the CAs between it and the root (mutual TLS). */
  certificate?: Pem;
  /** Its private key. */
  key?: Pem;
}

export function credentialsOf(tls: Tls): ChannelCredentials {
  return ChannelCredentials.createSsl(read(tls.ca), read(tls.key), read(tls.certificate));
}

/** Is another one when a file has changed; empty while one is away. */
export function stampOf({ ca, certificate, key }: Tls): string {
  const paths = [ca, certificate, key].filter((each) => typeof each === "string");
  try {
    return paths.map((path) => statSync(path, { bigint: true }).mtimeNs).join();
  } catch {
    return "";
  }
}

function read(pem: Pem | undefined): Buffer | null {
  if (pem === undefined) return null;
  return typeof pem === "string" ? readFileSync(pem) : Buffer.from(pem);
}
