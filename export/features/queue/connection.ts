// Tells once that Redis is away, and once that it is back.
import type { Redis } from "ioredis";
import type { ConnectionEvent } from "./events.ts";

/** @param onEvent is not called once the returned function was */
export function watchConnection(redis: Redis, onEvent: (event: ConnectionEvent) => void): () => void {
  let isAway = false;
  const onClose = () => {
    if (!isAway) onEvent({ type: "redis-away" });
    isAway = true;
  };
  const onReady = () => {
    if (isAway) onEvent({ type: "redis-back" });
    isAway = false;
  };
  redis.on("close", onClose).on("ready", onReady);
  return () => {
    redis.off("close", onClose).off("ready", onReady);
  };
}
