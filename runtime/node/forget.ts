// Ends array buffers at once, instead of when garbage is collected.

/** Closed: what is transferred to it is gone. */
const sink = new MessageChannel().port1;
sink.close();

/** Bytes from which on ending a buffer pays: it takes as long as a small run. */
const WORTH_FORGETTING = 2 ** 16;

/**
 * Of these buffers, ends those that are large. V8 counts what it has not collected yet, and collects garbage because of
 * it; and memory that is given back is used again while it still is in the processor's caches.
 */
export function forget(buffers: readonly ArrayBuffer[]): void {
  const large = buffers.filter(({ byteLength }) => byteLength >= WORTH_FORGETTING);
  if (large.length > 0) sink.postMessage(null, large);
}

/** {@link forget} for an array that has served, unless there is more in its buffer. */
export function forgetArray({ buffer, byteLength }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) forget([buffer]);
}
