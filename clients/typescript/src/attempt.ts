/** Attempts at calls, over a channel of gRPC. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type DescMessage,
  type DescMethod,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { type CallOptions, type ClientReadableStream, Metadata } from "@grpc/grpc-js";
import type { Call, Headers } from "./call.js";
import { headersOf } from "./core.js";
import type { Cancellable, Link, Links } from "./links.js";

/** A method with the types of its messages. */
export interface Method<I extends DescMessage, O extends DescMessage> {
  readonly kind: DescMethod["methodKind"];
  readonly path: string;
  readonly input: I;
  readonly output: O;
}

export function methodOf<I extends DescMessage, O extends DescMessage>(
  method: DescMethod & { input: I; output: O },
): Method<I, O> {
  const { input, output, methodKind: kind, parent, name } = method;
  return { kind, path: `/${parent.typeName}/${name}`, input, output };
}

/** Makes attempts until one succeeds, or throws the call's error. */
export async function run<T>(call: Call, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      const result = await attempt();
      call.answered();
      return result;
    } catch (e) {
      await pause(call, e);
    }
  }
}

/** Waits for the next attempt, or throws the call's error. */
export async function pause(call: Call, error: unknown): Promise<void> {
  const { signal } = call.terms;
  try {
    await sleep(call.failed(error), undefined, signal && { signal });
  } catch (e) {
    signal?.throwIfAborted();
    throw e;
  }
}

/** One attempt at a call with one answer. */
export async function unary<I extends DescMessage, O extends DescMessage>(
  links: Links,
  call: Call,
  method: Method<I, O>,
  request: MessageShape<I>,
): Promise<MessageShape<O>> {
  const metadata = metadataOf(await headersOf(call));
  const options = until(call);
  return leased(links, call.terms.signal, (link, started) => {
    const { serialize, deserialize } = codec(method);
    return new Promise<MessageShape<O>>((resolve, reject) => {
      const sent = link.client.makeUnaryRequest(
        method.path,
        serialize,
        deserialize,
        request,
        metadata,
        options,
        (error, response) => (response ? resolve(response) : reject(error)),
      );
      started(sent);
    });
  });
}

/** How a stream of answers may end before its server ends it. */
export interface Ends {
  /** Ends the attempt. */
  signal?: AbortSignal | undefined;
  /** Ends the attempt when its server has been silent for so long while an answer is awaited. */
  silenceMs?: number;
  /** Waits for a new token if one is due: a stream lives as long as its token. */
  fresh?: boolean;
}

/** One attempt at a call with many answers, which come no faster than they are taken. */
export async function* stream<I extends DescMessage, O extends DescMessage>(
  links: Links,
  call: Call,
  method: Method<I, O>,
  request: MessageShape<I>,
  { signal, silenceMs, fresh = false }: Ends = {},
): AsyncGenerator<MessageShape<O>, void, void> {
  const metadata = metadataOf(await headersOf(call, fresh));
  const options = until(call);
  const link = links.acquire();
  const answers = begin(link, method, request, metadata, options);
  // It may also fail when nobody listens any more.
  answers.on("error", () => undefined);
  const cancel = (): void => answers.cancel();
  link.calls.add(answers);
  const signals = [signal, call.terms.signal].filter((each) => each !== undefined);
  for (const each of signals) each.addEventListener("abort", cancel);
  if (signals.some((each) => each.aborted)) cancel();
  const iterator: AsyncIterator<MessageShape<O>> = answers[Symbol.asyncIterator]();
  try {
    for (;;) {
      const alarm = silenceMs === undefined ? undefined : setTimeout(cancel, silenceMs);
      const next = await iterator.next().finally(() => clearTimeout(alarm));
      if (next.done) return;
      link.heard();
      yield next.value;
    }
  } finally {
    cancel();
    for (const each of signals) each.removeEventListener("abort", cancel);
    link.calls.delete(answers);
    links.release(link);
  }
}

function begin<I extends DescMessage, O extends DescMessage>(
  { client }: Link,
  method: Method<I, O>,
  request: MessageShape<I>,
  metadata: Metadata,
  options: CallOptions,
): ClientReadableStream<MessageShape<O>> {
  const { path, kind } = method;
  const { serialize, deserialize } = codec(method);
  if (kind === "server_streaming") {
    return client.makeServerStreamRequest(path, serialize, deserialize, request, metadata, options);
  }
  const both = client.makeBidiStreamRequest(path, serialize, deserialize, metadata, options);
  both.write(request);
  both.end();
  return both;
}

async function leased<T>(
  links: Links,
  signal: AbortSignal | undefined,
  attempt: (link: Link, started: (call: Cancellable) => void) => Promise<T>,
): Promise<T> {
  const link = links.acquire();
  let call: Cancellable | undefined;
  const cancel = (): void => call?.cancel();
  signal?.addEventListener("abort", cancel);
  try {
    const result = await attempt(link, (started) => {
      call = started;
      link.calls.add(started);
    });
    link.heard();
    return result;
  } finally {
    signal?.removeEventListener("abort", cancel);
    if (call) link.calls.delete(call);
    links.release(link);
  }
}

function codec<I extends DescMessage, O extends DescMessage>({ input, output }: Method<I, O>) {
  return {
    serialize: (message: MessageShape<I>) => Buffer.from(toBinary(input, message)),
    deserialize: (bytes: Buffer): MessageShape<O> => fromBinary(output, bytes),
  };
}

function metadataOf(headers: Headers): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

function until(call: Call): CallOptions {
  return { deadline: Date.now() + call.remaining() };
}
