/** What the published service config and timeouts say, which clients in all languages share. */
import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import { status } from "@grpc/grpc-js";
import { serviceConfig, timeouts } from "./gen/published.js";

/** When an attempt is repeated, and after how long. Pauses are in milliseconds. */
export interface RetryPolicy {
  maxAttempts: number;
  initialBackoff: number;
  maxBackoff: number;
  multiplier: number;
  codes: readonly status[];
}

/** When a client stops to repeat calls, because most of them fail. */
export interface Throttling {
  maxTokens: number;
  tokenRatio: number;
}

export const throttling: Throttling = serviceConfig.retryThrottling;

/**
 * The part that gRPC carries out itself: how calls are spread. The rest is carried out by this package,
 * which must know of each attempt what became of it.
 */
export const forChannel = JSON.stringify({
  loadBalancingConfig: serviceConfig.loadBalancingConfig,
});

/** Milliseconds for all attempts at a call together. */
export function timeoutOf(method: DescMethod): number {
  const timeout = (timeouts as Record<string, string>)[nameOf(method)];
  if (!timeout) throw new Error(`timeouts.json lacks ${nameOf(method)}`);
  return milliseconds(timeout);
}

/** A repeat is made only where the contract marks it as safe. */
export function policyOf(method: DescMethod): RetryPolicy | undefined {
  if (method.idempotency === Level.IDEMPOTENCY_UNKNOWN) return undefined;
  for (const each of serviceConfig.methodConfig) {
    const its = each.name.some(
      ({ service, method: name }) => `${service}/${name}` === nameOf(method),
    );
    if (its && "retryPolicy" in each && each.retryPolicy) {
      const policy = each.retryPolicy;
      return {
        maxAttempts: policy.maxAttempts,
        initialBackoff: milliseconds(policy.initialBackoff),
        maxBackoff: milliseconds(policy.maxBackoff),
        multiplier: policy.backoffMultiplier,
        codes: policy.retryableStatusCodes.map((name) => status[name as keyof typeof status]),
      };
    }
  }
  return undefined;
}

export function writes(method: DescMethod): boolean {
  return method.idempotency === Level.IDEMPOTENT;
}

function nameOf(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

function milliseconds(text: string): number {
  return Number.parseFloat(text) * 1000;
}
