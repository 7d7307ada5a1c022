// An app that imports latentkit/runtime, built with Vite, runs from its own files alone.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "vite";
import { root, tools } from "../../../scripts/repository.ts";
import { launchChromium, skipWithoutChromium } from "../../helpers/chromium.ts";
import { folder, serve } from "../../helpers/static-server.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";

const app = {
  "index.html":
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>',
  "main.js": `
    import { loadRuntime } from "latentkit/runtime";
    const runtime = await loadRuntime("./model/");
    const codes = await runtime.encode(Uint8Array.of(0, 255, 51, 51));
    document.title = \`\${runtime.info.device}: \${codes.data.join(" ")}\`;
    await runtime.dispose();
  `,
};

test("a Vite build of ten lines runs offline, WebAssembly included", {
  skip: skipWithoutChromium(),
}, async (t) => {
  const project = await temporaryFolder(t);
  for (const [name, text] of Object.entries(app)) await writeFile(join(project, name), text);
  await installLatentkit(join(project, "node_modules"));
  await build({
    root: project,
    configFile: false,
    logLevel: "silent",
    build: { target: "es2022", chunkSizeWarningLimit: Number.POSITIVE_INFINITY },
  });
  await writeTinyPackage(join(project, "dist/model"));

  const { origin, requests } = await serve(t, { "/": folder(join(project, "dist")) });
  const context = await (await launchChromium()).newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  const elsewhere: string[] = [];
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url.startsWith(`${origin}/`)) return route.continue();
    elsewhere.push(url);
    return route.abort();
  });
  await page.goto(origin);
  await page.waitForFunction("document.title !== ''");
  assert.equal(await page.title(), `wasm: 0.5 ${Math.fround(0.2)}`);
  assert.deepEqual(elsewhere, []);
  const wasm = requests.filter((path) => path.endsWith(".wasm"));
  assert.equal(wasm.length, 1, "the WebAssembly of the device in use, and no other");
});

/** As npm would: the compiled runtime under package.json, what it depends on beside it. */
async function installLatentkit(modules: string): Promise<void> {
  const installed = join(modules, "latentkit");
  await mkdir(installed, { recursive: true });
  await cp(join(root, "package.json"), join(installed, "package.json"));
  const config = join(installed, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    outDir: join(installed, "dist"),
    rootDir: root,
    typeRoots: [join(root, "node_modules/@types")],
  };
  await writeFile(
    config,
    JSON.stringify({
      extends: join(root, "tsconfig.json"),
      compilerOptions,
      include: [join(root, "runtime")],
    }),
  );
  spawnSync(process.execPath, [join(root, tools.tsc), "-p", config], { cwd: root });
  const entry = await readFile(join(installed, "dist/runtime/browser/index.js"), "utf8");
  assert.match(entry, /loadRuntime/);
  for (const name of ["onnxruntime-web", "valibot", "fflate"]) {
    await symlink(join(root, "node_modules", name), join(modules, name));
  }
}
