// Encodes a source of any length, in order and in bounded memory.
import { arrayOf, sizeOf } from "./arrays.ts";
import type { Items } from "./input.ts";
import type { InputSpec } from "./manifest.ts";
import type { Codes, Images } from "./types.ts";

/** Batches under way besides the one that is being collected: enough that the device never waits for the source. */
const AHEAD = 3;

export interface Encoding {
  readonly batchSize: number;
  readonly input: InputSpec;
  /** Checks what the source gave; `what` is its name in messages. */
  read(given: Images, what: string): Items | Promise<Items>;
  encode(items: Images): Promise<Codes>;
}

/** In an object, since a generator that yields a promise waits for it first. */
interface UnderWay {
  readonly codes: Promise<Codes>;
}

/**
 * Codes of what the source gives, `batchSize` items at a time, the last fewer. After the codes of all items before it
 * comes what `read` and `encode` reject with, or the source's own error; then, as when the loop is left early, the source
 * is closed.
 */
export async function* encodeAll(
  source: Iterable<Images> | AsyncIterable<Images>,
  encoding: Encoding,
): AsyncGenerator<Codes, void> {
  const underWay: UnderWay[] = [];
  try {
    for await (const batch of startBatches(source, encoding)) {
      underWay.push(batch);
      if (underWay.length > AHEAD) yield await (underWay.shift() as UnderWay).codes;
    }
    while (underWay.length > 0) yield await (underWay.shift() as UnderWay).codes;
  } finally {
    await Promise.allSettled(underWay.map(({ codes }) => codes));
  }
}

/** Copies the source's items, so that it may use its arrays again. */
async function* startBatches(
  source: Iterable<Images> | AsyncIterable<Images>,
  { batchSize, input, read, encode }: Encoding,
): AsyncGenerator<UnderWay, void> {
  const size = sizeOf(input.shape);
  const makeBatch = () => new (arrayOf(input.dtype))(batchSize * size);
  let batch = makeBatch();
  let filled = 0;
  let number = 0;
  let failure: UnderWay | undefined;
  try {
    for await (const given of source) {
      const { values, count } = await read(given, `number ${number++} of the source`);
      for (let start = 0; start < count; ) {
        const taken = Math.min(batchSize - filled, count - start);
        batch.set(values.subarray(start * size, (start + taken) * size), filled * size);
        start += taken;
        filled += taken;
        if (filled < batchSize) continue;
        yield started(encode(batch));
        batch = makeBatch();
        filled = 0;
      }
    }
  } catch (error) {
    failure = started(Promise.reject(error));
  }
  if (filled > 0) yield started(encode(batch.subarray(0, filled * size)));
  if (failure) yield failure;
}

function started(codes: Promise<Codes>): UnderWay {
  // Awaited when its turn comes; until then a failure is nobody's but must not count as overlooked.
  codes.catch(() => undefined);
  return { codes };
}
