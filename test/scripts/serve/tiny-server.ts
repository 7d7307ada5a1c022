// A server over the tiny autoencoder, for one test, and what one asks of it.
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type LoadOptions, loadRuntime, type Runtime } from "../../../runtime/index.ts";
import { type RunningServer, type ServerOptions, startServer } from "../../../scripts/serve/server.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { type TinyPackage, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";

export interface TinyServer extends RunningServer {
  readonly runtime: Runtime;
  /** Where requests for inference go. */
  readonly infer: string;
}

export interface TinyServerOptions extends ServerOptions {
  readonly package?: TinyPackage;
  readonly load?: LoadOptions;
  /** Images are encoded once this has resolved. */
  readonly held?: Promise<void>;
}

/** On a free port of this machine alone; stopped after the test. */
export async function tinyServer(t: TestContext, options: TinyServerOptions = {}): Promise<TinyServer> {
  const { package: content, load, held, ...server } = options;
  const folder = await writeTinyPackage(join(await temporaryFolder(t), "package"), content);
  const runtime = await loadRuntime(folder, { device: "cpu", threads: 1, inline: true, ...load });
  const served: Runtime = {
    ...runtime,
    async encode(...args) {
      await held;
      return runtime.encode(...args);
    },
  };
  const running = await startServer(served, { port: 0, ...server });
  t.after(async () => {
    await running.stop();
    await runtime.dispose();
  });
  return { ...running, runtime, infer: `${running.url}/v2/models/tiny/infer` };
}

/** Two images and their codes. */
export const pixels = [0, 255, 51, 51, 255, 255, 0, 0];
export const codes = [0.5, 0.2, 1, 0];

export const tinyInput = { name: "input", datatype: "UINT8", shape: [2, 2, 2, 1], data: pixels };

export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: "POST", body: JSON.stringify(body), headers });
}

export interface InferAnswer {
  readonly id?: string;
  readonly model_name: string;
  readonly outputs: readonly {
    readonly name: string;
    readonly datatype: string;
    readonly shape: readonly number[];
    readonly data?: readonly number[];
    readonly parameters?: { readonly binary_data_size?: number };
  }[];
}

export async function answer(response: Response): Promise<InferAnswer> {
  return (await response.json()) as InferAnswer;
}
