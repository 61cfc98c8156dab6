/**
 * What a call throws when it does not succeed.
 *
 * The three classes answer the question that a caller has: `Refused` means no, and nothing was changed;
 * `OutcomeUnknown` means that a write may be stored or not; `Failed` is everything else.
 */
import { type DescMessage, fromBinary, type Message, type MessageShape } from "@bufbuild/protobuf";
import { anyUnpack, durationMs } from "@bufbuild/protobuf/wkt";
import { type Metadata, type ServiceError, status } from "@grpc/grpc-js";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
  type Status,
  StatusSchema,
} from "./gen/details_pb.js";
import { type REASONS, UNKNOWN_REASONS } from "./gen/published.js";

const DOMAIN = "minhacarona.com.br";

/** What gRPC or a load balancer answers before a service has seen the call. */
const UNSEEN: readonly status[] = [
  status.UNIMPLEMENTED,
  status.UNAUTHENTICATED,
  status.PERMISSION_DENIED,
];

/** As in `VAGAS_INSUFICIENTES`. A server may know more reasons than this version of the client. */
export type Reason = (typeof REASONS)[number] | (string & {});

/** A field that was wrong, and why. */
export interface Violation {
  field: string;
  description: string;
}

/** How one attempt at a call failed. */
export interface Failure {
  code: status;
  message: string;
  /** False if it is certain that nothing was sent. */
  sent: boolean;
  /** Empty if no service answered, but gRPC or something between. */
  reason: string;
  metadata: Record<string, string>;
  violations: Violation[];
  /** How long a service asks to wait. */
  retryDelayMs?: number;
  /** The trailer by which a server paces repeats. */
  pushback?: string;
}

/** A failure of which no service has told any details. */
export function bare(code: status, message: string, sent = true): Failure {
  return { code, message, sent, reason: "", metadata: {}, violations: [] };
}

/** An attempt that failed without an error of gRPC's. */
export class AttemptFailed extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** How an attempt failed; throws what is a fault of this program and of no attempt. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AttemptFailed) return error.failure;
  if (!isServiceError(error)) throw error;
  const failure = bare(error.code, error.details);
  const [pushback] = error.metadata.get("grpc-retry-pushback-ms");
  if (pushback !== undefined) failure.pushback = pushback.toString();
  const told = statusOf(error.metadata);
  const info = told && detail(told, ErrorInfoSchema);
  if (info?.domain === DOMAIN) {
    failure.reason = info.reason;
    failure.metadata = { ...info.metadata };
  }
  const request = told && detail(told, BadRequestSchema);
  failure.violations = (request?.fieldViolations ?? []).map(({ field, description }) => ({
    field,
    description,
  }));
  const retry = told && detail(told, RetryInfoSchema);
  if (retry?.retryDelay) failure.retryDelayMs = durationMs(retry.retryDelay);
  return failure;
}

/** Whether a write that ended so may be stored. */
export function leavesOpen({ reason, sent, code }: Failure): boolean {
  return reason ? UNKNOWN_REASONS.includes(reason) : sent && !UNSEEN.includes(code);
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "details" in error && "metadata" in error;
}

/** What cannot be read comes from something else than a service, and counts as not there. */
function statusOf(trailers: Metadata): Status | undefined {
  const [details] = trailers.get("grpc-status-details-bin");
  try {
    return details instanceof Buffer ? fromBinary(StatusSchema, details) : undefined;
  } catch {
    return undefined;
  }
}

function detail<D extends DescMessage>(told: Status, schema: D): MessageShape<D> | undefined {
  for (const each of told.details) {
    try {
      const unpacked = anyUnpack(each, schema);
      if (unpacked) return unpacked;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** A call that did not succeed, after every repeat that was allowed. */
export class CallError extends Error {
  /** The status of the last attempt. */
  readonly code: status;
  /** Names the reason as the contract does; empty if no service answered. Branch on this. */
  readonly reason: Reason;
  /** Details of the reason, such as `vagas_disponiveis`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Every field that was wrong; empty unless the code is `INVALID_ARGUMENT`. */
  readonly violations: readonly Violation[];
  /** How long to wait before the next call; undefined if the service did not say. */
  readonly retryDelayMs: number | undefined;
  /** What was sent, with its `requestId`. To repeat the call, send this. */
  readonly request: Message;
  /** How many attempts were made. */
  readonly attempts: number;

  constructor(failure: Failure, request: Message, attempts: number, cause?: unknown) {
    super(`${failure.reason || status[failure.code]}: ${failure.message}`, { cause });
    this.name = new.target.name;
    this.code = failure.code;
    this.reason = failure.reason;
    this.metadata = failure.metadata;
    this.violations = failure.violations;
    this.retryDelayMs = failure.retryDelayMs;
    this.request = request;
    this.attempts = attempts;
  }
}

/** A service said no: this call changed nothing, and never will. Branch on `reason`. */
export class Refused extends CallError {}

/**
 * A write that may be stored or not. To be certain, repeat the call with `request`.
 *
 * Also thrown when the last attempt was refused, but an earlier one got no answer: it may still be on
 * its way, for up to five minutes.
 */
export class OutcomeUnknown extends CallError {}

/** A read without an answer, or a call that no service has seen. */
export class Failed extends CallError {}

/** The kind of error that tells a caller the truth. `uncertain`: an earlier attempt may be stored. */
export function kindOf(failure: Failure, writes: boolean, uncertain: boolean): typeof CallError {
  if (writes && (uncertain || leavesOpen(failure))) return OutcomeUnknown;
  return failure.reason && !UNKNOWN_REASONS.includes(failure.reason) ? Refused : Failed;
}
