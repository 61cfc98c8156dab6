/** Tokens and certificates, against servers with TLS. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, describe, it, mock } from "node:test";
import { ServerCredentials, status } from "@grpc/grpc-js";
import { Client, clientCredentials, Failed, Refused, type Token } from "../src/index.js";
import { Tokens } from "../src/tokens.js";
import { ride, Scripted } from "./scripted.js";

const folder = mkdtempSync(join(tmpdir(), "minhacarona-"));
const [ca, key] = [join(folder, "ca.pem"), join(folder, "key.pem")];
execFileSync(
  "openssl",
  `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout ${key} -out ${ca}`.split(/\s+/),
  { stdio: "ignore" },
);
const pair = { private_key: readFileSync(key), cert_chain: readFileSync(ca) };

after(() => rmSync(folder, { recursive: true }));

let server: Scripted;
const clients: Client[] = [];

beforeEach(async () => {
  server = await new Scripted().start(ServerCredentials.createSsl(readFileSync(ca), [pair]));
});

afterEach(() => {
  mock.restoreAll();
  for (const each of clients.splice(0)) each.close();
  server.stop();
});

function connect(options: ConstructorParameters<typeof Client>[1] = {}): Client {
  const client = new Client(server.target, { tls: { ca }, ...options });
  clients.push(client);
  return client;
}

function sent(header = "authorization"): unknown[] {
  return server.seen.map(({ metadata }) => metadata[header]);
}

function jwt(exp: number): string {
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString("base64url");
  return [part({ alg: "none" }), part({ exp }), "signature"].join(".");
}

const REFUSED = { code: status.UNAUTHENTICATED, reason: "NAO_AUTENTICADO" };

describe("a token", () => {
  it("that never changes is sent with each call, and so is a resident's", async () => {
    const client = connect({ token: "mine", onBehalfOf: "zeca" });
    await client.checkVagas({});
    await client.checkVagas({}, { onBehalfOf: "lia" });
    assert.deepEqual(sent(), ["Bearer mine", "Bearer mine"]);
    assert.deepEqual(sent("x-on-behalf-of"), ["zeca", "lia"]);
  });

  it("is fetched once for many calls, and a JWT says when it ends", async () => {
    let fetches = 0;
    const token = async () => {
      fetches += 1;
      return jwt(Date.now() / 1000 + 60);
    };
    const client = connect({ token });
    await Promise.all(Array.from({ length: 20 }, () => client.checkVagas({})));
    assert.equal(fetches, 1);
    assert.equal(new Set(sent()).size, 1);
  });

  it("is fetched anew after four fifths of its life, which no call waits for", async () => {
    let now = 0;
    let fetches = 0;
    const tokens = new Tokens(
      () => {
        fetches += 1;
        return { value: `t${fetches}`, expiresAt: now + 100 };
      },
      () => now,
    );
    const get = async () => (await tokens.get()).token.value;
    assert.equal(await get(), "t1");
    now = 79;
    assert.equal(await get(), "t1");
    assert.equal(fetches, 1);
    now = 81;
    assert.equal(await get(), "t1");
    assert.equal((await tokens.get(0, true)).token.value, "t2", "a stream waits for it");
    now = 200;
    assert.equal(await get(), "t3", "an expired one is not sent");
  });

  it("that is refused is replaced once, also for a write", async () => {
    let fetches = 0;
    const token = (): Token => ({ value: `t${++fetches}`, expiresAt: Date.now() + 60_000 });
    const client = connect({ token });
    server.troubles.push(REFUSED);
    await client.processarReserva({});
    assert.deepEqual(sent(), ["Bearer t1", "Bearer t2"]);
    server.troubles.push(REFUSED, REFUSED);
    await assert.rejects(client.processarReserva({}), Refused);
    assert.equal(fetches, 2, "none is forced again so soon");
  });

  it("whose source is away fails calls that would need it, in time", async () => {
    const away = connect({
      token: () => {
        throw new Error("the issuer is away");
      },
    });
    await assert.rejects(away.checkVagas({}), (e) => e instanceof Failed && e.attempts === 0);
    const slow = connect({ token: () => new Promise(() => undefined) });
    await assert.rejects(slow.checkVagas({}, { timeoutMs: 200 }), /it is slow/);
    const wrong = connect({ token: () => "a secret that is no token" });
    await assert.rejects(
      wrong.checkVagas({}),
      (e) => e instanceof Failed && !/secret/.test(e.message),
    );
    assert.equal(server.seen.length, 0);
  });

  it("is as good as new when a watch begins", async () => {
    let fetches = 0;
    const token = (): Token => ({ value: `t${++fetches}`, expiresAt: Date.now() + 60_000 });
    const client = connect({ token });
    await client.checkVagas({});
    const now = Date.now;
    mock.method(Date, "now", () => now() + 50_000);
    server.streams.push([ride("a", 1n)]);
    const watch = client.watchCaronas({ caronaIds: ["a"] });
    await watch.next();
    watch.close();
    assert.deepEqual(sent(), ["Bearer t1", "Bearer t2"]);
  });
});

describe("a certificate", () => {
  it("of a CA that is not trusted ends calls", async () => {
    await assert.rejects(connect({ tls: {} }).checkVagas({}, { timeoutMs: 3_000 }), Failed);
  });

  it("proves who calls, and is read again when its file changes", async () => {
    server.stop();
    const mutual = ServerCredentials.createSsl(readFileSync(ca), [pair], true);
    server = await new Scripted().start(mutual);
    await assert.rejects(connect().checkVagas({}, { timeoutMs: 3_000 }), Failed);
    const client = connect({ tls: { ca, certificate: ca, key } });
    await client.checkVagas({});
    utimesSync(ca, new Date(), new Date(Date.now() + 5_000));
    const now = performance.now.bind(performance);
    mock.method(performance, "now", () => now() + 61_000);
    await client.checkVagas({});
    assert.equal(new Set(server.seen.map(({ peer }) => peer)).size, 2);
    assert.throws(() => connect({ tls: { certificate: ca } }), /belong together/);
  });
});

describe("client credentials", () => {
  async function issuer(
    answer: (body: string, authorization: string) => [number, unknown],
    work: (endpoint: string) => Promise<void>,
  ): Promise<void> {
    const options: ServerOptions = { key: readFileSync(key), cert: readFileSync(ca) };
    const own = createServer(options, (request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        const [code, told] = answer(body, request.headers.authorization ?? "");
        response.writeHead(code, { location: "https://localhost:1/" }).end(JSON.stringify(told));
      });
    });
    await new Promise<void>((listening) => own.listen(0, listening));
    // The built-in fetch takes no CA of a test.
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    try {
      await work(`https://localhost:${(own.address() as AddressInfo).port}/oauth2/token`);
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      own.close();
    }
  }

  it("get a token", async () => {
    await issuer(
      (body, authorization) => {
        assert.equal(body, "grant_type=client_credentials&scope=minha-carona%2Fcall+b");
        const basic = Buffer.from("an+id:%C3%A9").toString("base64");
        assert.equal(authorization, `Basic ${basic}`);
        return [200, { access_token: "mine", token_type: "Bearer", expires_in: 60 }];
      },
      async (endpoint) => {
        const source = clientCredentials(endpoint, "an id", "é", "minha-carona/call", "b");
        const token = (await source()) as Token;
        assert.equal(token.value, "mine");
        assert.ok(Math.abs(token.expiresAt - Date.now() - 60_000) < 30_000);
      },
    );
  });

  const wrong: [number, unknown, RegExp][] = [
    [400, { error: "invalid_client", secret: "s3cret" }, /answered 400 \(invalid_client\)$/],
    [500, "s3cret", /answered 500 \(no code\)$/],
    [302, {}, /answered 302/],
    [200, { access_token: "mine", token_type: "mac" }, /without a bearer token/],
    [200, { access_token: "mine", token_type: "bearer" }, /when the token expires/],
  ];
  for (const [code, told, message] of wrong) {
    it(`tell of an issuer that answers ${code} ${message}`, () =>
      issuer(
        () => [code, told],
        async (endpoint) => {
          await assert.rejects(async () => clientCredentials(endpoint, "id", "s3cret")(), message);
        },
      ));
  }

  it("send a secret over HTTPS only", () => {
    assert.throws(() => clientCredentials("http://localhost/", "id", "s"), /HTTPS only/);
  });
});
