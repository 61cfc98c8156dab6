/** Bounds all calls of one piece of work, such as an invocation of a Lambda function. */
import { AsyncLocalStorage } from "node:async_hooks";

const current = new AsyncLocalStorage<number>();

/**
 * Ends every call that `work` makes after so many milliseconds from now, or earlier. An outer deadline
 * that ends earlier goes on to hold.
 */
export function deadline<T>(timeoutMs: number, work: () => T): T {
  return current.run(endOf(timeoutMs), work);
}

/** When a call that may take so long ends, by `performance.now()`. */
export function endOf(timeoutMs: number): number {
  return Math.min(performance.now() + timeoutMs, current.getStore() ?? Number.POSITIVE_INFINITY);
}
