// The way to Redis: an address checked, tried once, and connections that outlive a restart of the server.
import { setTimeout } from "node:timers/promises";
import type { Redis } from "ioredis";
import { FeatureOptionError, FeatureQueueError } from "../errors.ts";
import { within } from "./within.ts";

/** Milliseconds for the first answer: who has mistyped an address is to be told, not to wait. */
const FIRST_TRY = 5000;
/** Milliseconds between two tries to connect again, at most: a restart takes about a second. */
const BETWEEN_TRIES = 1000;
/** Milliseconds in which a machine that is there refuses a connection. */
const REFUSAL = 20;

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
  /**
   * Resolves when no connection waits for its next try. One that is closed while it waits never tells that it has ended
   * (ioredis 5), and BullMQ would wait for that.
   */
  quiet(): Promise<void>;
  /** From now on a connection that is lost stays so: for the end, so that nothing waits for a server that is away. */
  giveUp(): void;
}

/**
 * Tries an address of Redis.
 *
 * Rejects with `FeatureOptionError` where it is none, and with `FeatureQueueError` where no Redis answers; neither tells
 * the credentials in it.
 *
 * @param patience milliseconds until a server that does not answer is given up
 */
export async function reachRedis(url: string, patience = FIRST_TRY): Promise<RedisPlace> {
  const where = withoutCredentials(url);
  if (!/^rediss?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new FeatureOptionError("queue", where, `the address of a Redis server, such as ${example}`);
  }
  const { Redis } = await import("ioredis");
  const client = new Redis(url, { lazyConnect: true, connectTimeout: patience, retryStrategy: () => null });
  let refusal: Error | undefined;
  client.on("error", (error) => {
    refusal ??= error;
  });
  try {
    const connected = client.connect().catch((error: Error) => {
      refusal ??= error;
    });
    // Of a server that takes the connection and says nothing no timeout of the client knows.
    if (!(await within(patience, connected))) refusal ??= new Error(`no answer in ${patience / 1000} s`);
    if (refusal) throw unreachable(where, refusal);
  } finally {
    client.disconnect();
  }
  let isOver = false;
  /** When the last of the connections that wait for their next try begins it. */
  let nextTry = 0;
  return {
    where,
    connection: {
      ...{ url, maxRetriesPerRequest: null },
      retryStrategy(tries) {
        if (isOver) return null;
        const wait = Math.min(100 * tries, BETWEEN_TRIES);
        nextTry = Math.max(nextTry, performance.now() + wait);
        return wait;
      },
    },
    async quiet() {
      // A moment longer, in which a server that is not there refuses.
      for (let left = 0; left > -REFUSAL; left = nextTry - performance.now())
        await setTimeout(left + REFUSAL);
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

/** What Redis has refused to do, named; any other error as it is. */
export function asQueueError({ where }: RedisPlace, error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "ReplyError") return error;
  return new FeatureQueueError(
    `${where}: Redis refuses what the queue needs (${error.message}); ` +
      "expected a server that has room and lets this user read and write",
  );
}

/** `redis://host:port/0` of `redis://user:password@host:port/0?more`, also where the rest is no address. */
function withoutCredentials(url: string): string {
  return url.replace(/^([a-z]+:\/\/)?.*@/i, "$1").replace(/\?.*$/s, "");
}
