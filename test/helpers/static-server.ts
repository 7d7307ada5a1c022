// A small web server for pages under test: folders, texts and answers made up on the spot, on a free port.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join } from "node:path";
import type { Scope } from "./file-scope.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Answers a request whose path begins with its key; `rest` is what follows, without query. */
export type Route = (
  rest: string,
  response: ServerResponse,
  request: IncomingMessage,
) => void | Promise<void>;

export interface StaticServer {
  /** Ends without `/`. */
  readonly origin: string;
  /** Paths asked for, in order. */
  readonly requests: string[];
}

/**
 * The longest fitting route answers. Closed afterwards.
 *
 * @param isolated send the headers that make pages cross-origin isolated
 */
export async function serve(
  t: Scope,
  routes: Readonly<Record<string, Route>>,
  { isolated = false } = {},
): Promise<StaticServer> {
  const requests: string[] = [];
  const prefixes = Object.keys(routes).sort((a, b) => b.length - a.length);
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    requests.push(path);
    if (isolated) {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    }
    const prefix = prefixes.find((candidate) => path.startsWith(candidate));
    const route = prefix === undefined ? undefined : routes[prefix];
    if (route && prefix !== undefined) await route(path.slice(prefix.length), response, request);
    else response.writeHead(404, { "Content-Type": "text/plain" }).end("not found");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { origin: `http://127.0.0.1:${address.port}`, requests };
}

/** Files of a folder. */
export function folder(root: string): Route {
  return async (rest, response) => {
    const path = join(root, decodeURIComponent(rest) || "index.html");
    const stats = await stat(path).catch(() => undefined);
    if (!stats?.isFile()) {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("not found");
      return;
    }
    response.writeHead(200, {
      "Content-Type": types[extname(path)] ?? "application/octet-stream",
      "Content-Length": stats.size,
    });
    createReadStream(path).pipe(response);
  };
}

/** One answer to everything. */
export function answer(body: string | Uint8Array, type: string, status = 200): Route {
  return (_rest, response) => void response.writeHead(status, { "Content-Type": type }).end(body);
}
