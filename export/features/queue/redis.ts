// The way to Redis: an address checked, tried once, and connections that outlive a restart of the server.
import type { Redis } from "ioredis";
import { FeatureOptionError, FeatureQueueError } from "../errors.ts";

/** Milliseconds for the first connection: who has mistyped an address is to be told, not to wait. */
const FIRST_TRY = 5000;
/** Milliseconds between two tries to connect again, at most: a restart takes about a second. */
const BETWEEN_TRIES = 1000;

const example = "redis://localhost:6379";

export interface RedisPlace {
  /** The address without credentials, for messages. */
  readonly where: string;
  /** For BullMQ: commands wait until the server is back, however long that takes. */
  readonly connection: {
    readonly url: string;
    readonly maxRetriesPerRequest: null;
    /** Milliseconds until the next one; null for no more. */
    readonly retryStrategy: (tries: number) => number | null;
  };
  /** From now on a connection that is lost stays so: for the end, so that nothing waits for a server that is away. */
  giveUp(): void;
}

/**
 * Tries an address of Redis.
 *
 * Rejects with `FeatureOptionError` where it is none, and with `FeatureQueueError` where no Redis answers; neither tells
 * the credentials in it.
 */
export async function reachRedis(url: string): Promise<RedisPlace> {
  const where = withoutCredentials(url);
  if (!/^rediss?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new FeatureOptionError("queue", where, `the address of a Redis server, such as ${example}`);
  }
  const { Redis } = await import("ioredis");
  const client = new Redis(url, { lazyConnect: true, connectTimeout: FIRST_TRY, retryStrategy: () => null });
  let refusal: Error | undefined;
  client.on("error", (error) => {
    refusal ??= error;
  });
  try {
    await client.connect().catch((error: Error) => {
      refusal ??= error;
    });
    if (refusal) throw unreachable(where, refusal);
  } finally {
    client.disconnect();
  }
  let isOver = false;
  return {
    where,
    connection: {
      ...{ url, maxRetriesPerRequest: null },
      retryStrategy: (tries) => (isOver ? null : Math.min(100 * tries, BETWEEN_TRIES)),
    },
    giveUp() {
      isOver = true;
    },
  };
}

/** A connection of our own, beside those of BullMQ. */
export async function openRedis({ connection }: RedisPlace): Promise<Redis> {
  const { Redis } = await import("ioredis");
  const { url, ...options } = connection;
  const client = new Redis(url, options);
  // What it can't do now it does later; that it is away is told by its events.
  client.on("error", () => {});
  return client;
}

function unreachable(where: string, { message }: Error): FeatureQueueError {
  const isRefusal = /NOAUTH|WRONGPASS|NOPERM/.test(message);
  const wanted = isRefusal
    ? "expected the right credentials in the address: redis://user:password@host:port"
    : `expected a Redis server there: start one, or name another, such as ${example}`;
  return new FeatureQueueError(`${where}: Redis can't be used (${message}); ${wanted}`);
}

/** `redis://host:port/0` of `redis://user:password@host:port/0`, also where the rest is no address. */
function withoutCredentials(url: string): string {
  return url.replace(/^([a-z]+:\/\/)?.*@/i, "$1");
}
