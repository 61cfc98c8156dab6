/** The OAuth 2.0 client credentials grant, by which a service gets tokens for itself. */
import type { TokenSource } from "./tokens.js";

/** Shorter than the timeout of a write, so that the error says what was slow. */
const HTTP_TIMEOUT_MS = 5_000;

/** Many times what an issuer answers. */
const MAX_ANSWER = 65_536;
const ERROR = /^[a-z_]{1,40}$/;

/**
 * Gets tokens by the OAuth 2.0 client credentials grant (RFC 6749, section 4.4).
 *
 * @param endpoint as `https://<domain>/oauth2/token`
 * @param scopes what the token shall allow, such as `minha-carona/list-all`; none asks for all that the
 *   client may have
 */
export function clientCredentials(
  endpoint: string,
  clientId: string,
  clientSecret: string,
  ...scopes: string[]
): TokenSource {
  if (!endpoint.startsWith("https://")) {
    throw new TypeError(`The secret is sent over HTTPS only, not to ${endpoint}`);
  }
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (scopes.length > 0) form.set("scope", scopes.join(" "));
  const basic = Buffer.from([clientId, clientSecret].map(encoded).join(":")).toString("base64");
  return async () => {
    const asked = Date.now();
    const response = await fetch(endpoint, {
      method: "POST",
      body: form,
      headers: { authorization: `Basic ${basic}`, accept: "application/json" },
      redirect: "manual", // One could send the secret elsewhere.
      signal: AbortSignal.timeout(HTTP_TIMEOUT_MS),
    });
    const answer = await read(response);
    if (response.status !== 200) {
      const { error } = answer;
      const told = typeof error === "string" && ERROR.test(error) ? error : "no code";
      throw new Error(`${endpoint} answered ${response.status} (${told})`);
    }
    const { access_token: value, token_type: kind, expires_in: life } = answer;
    if (typeof value !== "string" || String(kind).toLowerCase() !== "bearer") {
      throw new Error(`${endpoint} answered 200 without a bearer token`);
    }
    if (typeof life !== "number") {
      throw new Error(`${endpoint} did not say when the token expires`);
    }
    return { value, expiresAt: asked + life * 1000 };
  };
}

/** As forms are encoded, which RFC 6749, section 2.3.1, asks for. */
function encoded(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

async function read(response: Response): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER) break;
    chunks.push(chunk);
  }
  try {
    const answer: unknown = JSON.parse(Buffer.concat(chunks).toString());
    return typeof answer === "object" && answer !== null ? { ...answer } : {};
  } catch {
    return {}; // Its message may show a part of a token.
  }
}
