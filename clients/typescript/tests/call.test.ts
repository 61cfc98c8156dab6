/** What follows each attempt: the rules of the service config, and what a caller is told. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { Call, Throttle } from "../src/call.js";
import { policyOf, throttling } from "../src/config.js";
import { AttemptFailed, bare } from "../src/errors.js";
import {
  CallError,
  CaronaService,
  Failed,
  OutcomeUnknown,
  ProcessarReservaRequestSchema,
  Refused,
  ReservaService,
} from "../src/index.js";
import { noToken } from "../src/tokens.js";

const { processarReserva } = ReservaService.method;
const { checkVagas, streamCaronasUpdates } = CaronaService.method;
const request = create(ProcessarReservaRequestSchema, { requestId: "mine" });

function call(
  method: Call["terms"]["method"] = processarReserva,
  given: Partial<Call["terms"]> = {},
) {
  return new Call({
    method,
    request,
    end: performance.now() + 60_000,
    headers: {},
    tokens: undefined,
    throttle: new Throttle(throttling),
    signal: undefined,
    ...given,
  });
}

function failed(code = status.UNAVAILABLE, reason = "", pushback?: string): AttemptFailed {
  return new AttemptFailed({
    ...bare(code, "told"),
    reason,
    ...(pushback !== undefined && { pushback }),
  });
}

function told(attempts: Call, ...failures: AttemptFailed[]): CallError {
  try {
    for (const each of failures) attempts.failed(each);
  } catch (e) {
    if (e instanceof CallError) return e;
    throw e;
  }
  return assert.fail("the call goes on");
}

function between(value: number, low: number, high: number): void {
  assert.ok(low <= value && value <= high, `${value} is not within ${low} and ${high}`);
}

describe("a repeat", () => {
  const codes = Object.values(status).filter((code) => typeof code === "number");
  for (const code of codes.filter((each) => each !== status.OK)) {
    const passes = [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED].includes(code);
    it(`is ${passes ? "" : "not "}made after ${status[code]}`, () => {
      const failures = Array.from({ length: 4 }, () => failed(code));
      assert.equal(told(call(), ...failures).attempts, passes ? 4 : 1);
    });
  }

  it("of a conversation is not made", () => {
    assert.equal(told(call(streamCaronasUpdates), failed()).attempts, 1);
  });

  it("waits twice as long each time, up to the longest, more or less a fifth", () => {
    const patient = { ...policyOf(processarReserva)!, maxAttempts: 20 };
    const seen: number[][] = Array.from({ length: 8 }, () => []);
    for (let i = 0; i < 500; i++) {
      // More tokens, so that nothing is throttled.
      const throttle = new Throttle({ maxTokens: 1_000, tokenRatio: 0.1 });
      const attempts = new Call({ ...call().terms, throttle }, patient);
      for (const each of seen) each.push(attempts.failed(failed()));
    }
    for (const [i, expected] of [100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000].entries()) {
      between(Math.min(...seen[i]!), expected * 0.8, expected * 0.82);
      between(Math.max(...seen[i]!), expected * 1.18, expected * 1.2);
    }
  });

  it("waits as long as a server says, and after that as at first", () => {
    const attempts = call();
    between(attempts.failed(failed()), 80, 120);
    assert.equal(attempts.failed(failed(status.RESOURCE_EXHAUSTED, "", "700")), 700);
    between(attempts.failed(failed()), 80, 120);
  });

  for (const pushback of ["-1", "", "soon", "1.5"]) {
    it(`is forbidden by the pause "${pushback}"`, () => {
      assert.equal(told(call(), failed(status.UNAVAILABLE, "", pushback)).attempts, 1);
    });
  }

  it("whose pause would outlast the deadline is not made", () => {
    const short = call(processarReserva, { end: performance.now() + 500 });
    assert.equal(told(short, failed(status.UNAVAILABLE, "", "700")).code, status.UNAVAILABLE);
  });

  it("is made for the first call only in an outage, and again after many answers", () => {
    const throttle = new Throttle(throttling);
    const ten = Array.from({ length: 10 }, () => failed());
    let attempts = 0;
    for (let i = 0; i < 100; i++) {
      attempts += told(call(processarReserva, { throttle }), ...ten).attempts;
    }
    assert.equal(attempts, 103);
    for (let i = 0; i < 100; i++) call(processarReserva, { throttle }).answered();
    call(processarReserva, { throttle }).failed(failed());
  });
});

describe("a caller is told", () => {
  const cases: [status, string, typeof CallError, typeof CallError][] = [
    [status.FAILED_PRECONDITION, "VAGAS_INSUFICIENTES", Refused, Refused],
    [status.ABORTED, "CONFLITO", Refused, Refused],
    [status.UNAVAILABLE, "INDISPONIVEL", Refused, Refused],
    [status.RESOURCE_EXHAUSTED, "SOBRECARGA", Refused, Refused],
    [status.UNAVAILABLE, "RESULTADO_DESCONHECIDO", OutcomeUnknown, Failed],
    [status.DEADLINE_EXCEEDED, "PRAZO_ESGOTADO", OutcomeUnknown, Failed],
    [status.INTERNAL, "ERRO_INTERNO", OutcomeUnknown, Failed],
    [status.UNAVAILABLE, "", OutcomeUnknown, Failed],
    [status.DEADLINE_EXCEEDED, "", OutcomeUnknown, Failed],
    [status.CANCELLED, "", OutcomeUnknown, Failed],
    [status.UNKNOWN, "", OutcomeUnknown, Failed],
    [status.UNIMPLEMENTED, "", Failed, Failed],
    [status.UNAUTHENTICATED, "", Failed, Failed],
    [status.PERMISSION_DENIED, "", Failed, Failed],
  ];
  for (const [code, reason, write, read] of cases) {
    it(`${status[code]} ${reason}: ${write.name} of a write, ${read.name} of a read`, () => {
      const failures = Array.from({ length: 4 }, () => failed(code, reason));
      assert.equal(told(call(), ...failures).constructor, write);
      assert.equal(told(call(checkVagas), ...failures).constructor, read);
    });
  }

  it("no refusal of a write whose earlier attempt got no answer", () => {
    const refusal = failed(status.FAILED_PRECONDITION, "VAGAS_INSUFICIENTES");
    const error = told(call(), failed(), refusal);
    assert.ok(error instanceof OutcomeUnknown);
    assert.equal(error.reason, "VAGAS_INSUFICIENTES");
    assert.equal(error.request, request);
    const overload = failed(status.RESOURCE_EXHAUSTED, "SOBRECARGA");
    assert.ok(told(call(), overload, refusal) instanceof Refused, "that one changed nothing");
  });

  it("that a write without a token was not sent", () => {
    const failures = Array.from({ length: 4 }, () => noToken(new Error("the issuer is away")));
    const error = told(call(), ...failures);
    assert.ok(error instanceof Failed);
    assert.equal(error.attempts, 0);
    assert.match(error.message, /the issuer is away/);
  });
});
