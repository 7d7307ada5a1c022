// Pages in a real browser that have the runtime as `window.latentkit`.
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { requirements } from "../../scripts/setup/requirements.ts";
import { fileScope, type Scope } from "./file-scope.ts";
import { skipWithout } from "./requirements.ts";
import { bundleRuntime } from "./runtime-bundle.ts";
import { answer, folder, type Route, type StaticServer, serve } from "./static-server.ts";

/** What `skip` of node:test wants. */
export function skipWithoutChromium(): false | string {
  return skipWithout(requirements.chromium.find());
}

/** No sandbox, as tests may run as root; nothing that calls home; and WebGPU in software, as there may be no GPU. */
const args = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
];

let launched: Promise<Browser> | undefined;

/** One for all tests of a file; what they open with `newContext` shares nothing. */
export function launchChromium(): Promise<Browser> {
  launched ??= launch();
  return launched;
}

async function launch(): Promise<Browser> {
  const found = requirements.chromium.find();
  if (!found.available) throw new Error(found.reason);
  const browser = await chromium.launch({ executablePath: found.path, args });
  fileScope.after(() => browser.close());
  return browser;
}

export interface RuntimePage extends StaticServer {
  readonly page: Page;
}

export interface PageOptions {
  readonly routes?: Readonly<Record<string, Route>>;
  /** Cross-origin isolated: WebAssembly gets threads. Default false. */
  readonly isolated?: boolean;
}

const ort = fileURLToPath(new URL("../../node_modules/onnxruntime-web/dist", import.meta.url));

/** A page that has loaded the runtime from its own server; `routes` are served beside it. Closed afterwards. */
export async function openRuntimePage(t: Scope, options: PageOptions = {}): Promise<RuntimePage> {
  const { isolated = false, routes = {} } = options;
  const chunks = await bundleRuntime();
  const files = chunks.map(({ name, code }): [string, Route] => [
    `/${name}`,
    answer(code, "text/javascript"),
  ]);
  const server = await serve(
    t,
    {
      "/page": answer(html(chunks[0]?.name), "text/html"),
      "/ort/": folder(ort),
      ...Object.fromEntries(files),
      ...routes,
    },
    { isolated },
  );
  const context = await (await launchChromium()).newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  // tsx wraps functions with names in a call of this, also those that are sent to the page.
  await page.addInitScript("globalThis.__name = (named) => named");
  await page.goto(`${server.origin}/page`);
  await page.waitForFunction("globalThis.latentkit");
  return { ...server, page };
}

function html(entry: string | undefined): string {
  const imports = {
    "onnxruntime-web/webgpu": "/ort/ort.webgpu.bundle.min.mjs",
    "onnxruntime-web/wasm": "/ort/ort.wasm.bundle.min.mjs",
  };
  return `<!doctype html><link rel="icon" href="data:,">
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module">import * as latentkit from "/${entry}"; globalThis.latentkit = latentkit;</script>`;
}
