// A Redis server for a test, or for the tests of a file.

import { requirements } from "../../scripts/setup/requirements.ts";
import { type RedisServer, type RedisServerOptions, startRedis } from "../../scripts/soak/redis-server.ts";
import type { Scope } from "./file-scope.ts";
import { skipWithout } from "./requirements.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** What `skip` of node:test wants. */
export function skipWithoutRedis(): false | string {
  return skipWithout(requirements.redisServer.find());
}

/** Killed afterwards. */
export async function redisFor(t: Scope, options: RedisServerOptions): Promise<RedisServer> {
  const server = await startRedis(await temporaryFolder(t), options);
  t.after(() => server.kill());
  return server;
}
