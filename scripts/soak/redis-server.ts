// A Redis server of one's own, in a folder, on a port of its own: to be killed and started again.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { requirements } from "../setup/requirements.ts";

export interface RedisServer {
  readonly url: string;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again at the same address, with what it has kept. */
  start(): Promise<void>;
}

export interface RedisServerOptions {
  /** Whether it keeps every change on the disk, else nothing. */
  readonly keeps: boolean;
  readonly password?: string;
}

/** @param folder for what it keeps */
export async function startRedis(
  folder: string,
  { keeps, password }: RedisServerOptions,
): Promise<RedisServer> {
  const found = requirements.redisServer.find();
  if (!found.available) throw new Error(found.reason);
  const port = await freePort();
  const args = [
    ...["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""],
    ...(keeps ? ["--appendonly", "yes", "--appendfsync", "always"] : []),
    ...(password === undefined ? [] : ["--requirepass", password]),
  ];
  let server: ChildProcess | undefined;
  const start = async () => {
    const child = spawn(found.path, args, { stdio: ["ignore", "pipe", "inherit"] });
    server = child;
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.includes("Ready to accept connections")) continue;
      child.stdout.resume();
      return;
    }
    throw new Error(`redis-server did not start on port ${port}`);
  };
  await start();
  return {
    url: `redis://${password === undefined ? "" : `:${password}@`}127.0.0.1:${port}`,
    start,
    async kill() {
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
    },
  };
}

/**
 * Below the ports that systems give to whoever asks for any (from 32,768 on Linux, from 49,152 elsewhere): none of those
 * takes it while the server is down.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(12_000 * Math.random());
    const probe = createServer().listen(port, "127.0.0.1");
    const isFree = await once(probe, "listening").then(
      () => true,
      () => false,
    );
    probe.close();
    if (isFree) return port;
  }
}
