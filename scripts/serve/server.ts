// An HTTP server over a loaded model, from the first connection to the last answer.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Runtime } from "../../runtime/index.ts";
import { packageVersion } from "../cli/version.ts";
import { createApp } from "./app.ts";
import { createMetrics } from "./metrics.ts";

export interface ServerOptions {
  /** Default 127.0.0.1: this machine alone. */
  readonly host?: string;
  /** 0 takes one that is free. Default 8080. */
  readonly port?: number;
  /** Most bytes of a request. Default 64 MiB. */
  readonly maxBody?: number;
  /** Milliseconds that `stop` waits for requests in progress. Default 10,000. */
  readonly drainTimeout?: number;
}

export interface RunningServer {
  /** Such as http://127.0.0.1:8080. */
  readonly url: string;
  /**
   * Takes no more connections and answers further requests for inference with 503; resolves when those in progress are
   * answered, or cut off after `drainTimeout`. The runtime is left to whoever loaded it.
   */
  stop(): Promise<void>;
}

export const serverDefaults = {
  host: "127.0.0.1",
  port: 8080,
  maxBody: 64 * 2 ** 20,
  drainTimeout: 10_000,
} as const satisfies Required<ServerOptions>;

/** Rejects with what the system says where the port cannot be had: EADDRINUSE, EACCES. */
export async function startServer(runtime: Runtime, options: ServerOptions = {}): Promise<RunningServer> {
  const { host, port, maxBody, drainTimeout } = { ...serverDefaults, ...options };
  const metrics = createMetrics(runtime);
  let stopping: Promise<void> | undefined;
  const app = createApp(runtime, {
    version: packageVersion(),
    maxBody,
    metrics,
    isStopping: () => stopping !== undefined,
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { address, port: actualPort, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${actualPort}`,
    stop() {
      stopping ??= drain(server, drainTimeout).finally(metrics.stop);
      return stopping;
    },
  };
}

function drain(server: Server, timeout: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), timeout);
    // Connections between two requests are closed at once.
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
