// The packed package, installed in an empty project: on this Node and on the newest.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { tools } from "../../scripts/repository.ts";
import { idxOfBytes } from "../helpers/idx-files.ts";
import { manifest, publicEntries, root } from "../helpers/repository.ts";

// One folder for the package, an app that installs it, and another Node.
const folder = mkdtempSync(path.join(tmpdir(), "latentkit-pack-"));
const app = path.join(folder, "app");
const installed = path.join(app, "node_modules", manifest.name);

before(() => {
  run("npm", ["pack", "--pack-destination", folder], root);
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  assert.ok(tarball, "npm pack wrote no tarball");
  mkdirSync(app);
  writeFileSync(path.join(app, "package.json"), JSON.stringify({ private: true, type: "module" }));
  install(app, path.join(folder, tarball));
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("the package holds the built files, the license and what npm adds, and nothing else", () => {
  const top = readdirSync(installed).sort();
  const expected = ["LICENSE", "README.md", "dist", "package.json"];
  assert.deepEqual(top, existsSync(path.join(root, "README.md")) ? expected : expected.toSpliced(1, 1));
  const files = readdirSync(path.join(installed, "dist"), { recursive: true, encoding: "utf8" });
  assert.deepEqual(
    files.filter((file) => path.extname(file) === ".ts" && !file.endsWith(".d.ts")),
    [],
  );
});

test(`it works on Node ${process.versions.node}`, () => checkOn(process.execPath));

test("it works on the newest Node", () => {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const project = path.join(folder, "newest");
  mkdirSync(project);
  writeFileSync(path.join(project, "package.json"), JSON.stringify({ private: true }));
  install(project, `${name}@latest`);
  const node = path.join(project, "node_modules", name, "bin", platform === "win" ? "node.exe" : "node");
  const major = Number(run(node, ["--print", "process.versions.node"], project).split(".")[0]);
  assert.ok(major >= 26, `the newest Node is ${major}`);
  checkOn(node);
});

test("its types serve a strict project with module nodenext", () => {
  const names = publicEntries.map((entry) => entry.replaceAll(/\W/g, "_"));
  const consumer = [
    ...publicEntries.map((entry, at) => `import * as ${names[at]} from "${entry}";`),
    `export const entries: readonly object[] = [${names.join(", ")}];`,
    // Types that were not found would be `any` and have every member.
    ...names.map(
      (name) => `// @ts-expect-error not exported\nexport const no_${name} = ${name}.notExported;`,
    ),
  ];
  writeFileSync(path.join(app, "consumer.ts"), consumer.join("\n"));
  const compilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true },
    ...{ target: "es2023", lib: ["es2023", "dom", "dom.iterable"], module: "nodenext" },
    ...{ types: ["node"], typeRoots: [path.join(root, "node_modules/@types")], skipLibCheck: false },
  };
  writeFileSync(path.join(app, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
  const { stdout } = spawnSync(process.execPath, [path.join(root, tools.tsc), "--pretty", "false"], {
    cwd: app,
    encoding: "utf8",
  });
  // Other packages answer for their own types.
  const ours = stdout.split("\n").filter((line) => /^(consumer|node_modules\/latentkit\/|error)/.test(line));
  assert.deepEqual(ours, []);
});

/** Runs the installed program and imports every entry, each in a process that has to end by itself. */
function checkOn(node: string): void {
  const program = path.join(app, "node_modules", ".bin", manifest.name);
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
  assert.equal(run(program, ["--version"], app, env), `${manifest.version}\n`);
  for (const entry of publicEntries) {
    const script = `console.log(Object.keys(await import("${entry}")).length > 0)`;
    assert.equal(run(node, ["--input-type=module", "--eval", script], app), "true\n", entry);
  }
  const folder = mkdtempSync(path.join(app, "run-"));
  const trained = run(node, ["--input-type=module", "--eval", trainAndEncode(folder)], app, env);
  assert.equal(trained, "[5,3]\n");
  run(program, ["export", path.join(folder, "run"), "--out", path.join(folder, "copy")], app, env);
  assert.ok(existsSync(path.join(folder, "copy", "latentkit.json")));
}

/** An app that trains on a small IDX file in a worker, loads the package in another, and encodes. */
function trainAndEncode(folder: string): string {
  const pixels = Array.from({ length: 40 * 16 }, (_, i) => (i * 37) % 256);
  writeFileSync(path.join(folder, "small-images-idx3-ubyte"), idxOfBytes([40, 4, 4], pixels));
  return `
    import { openSource } from "latentkit/data";
    import { loadRuntime } from "latentkit/runtime";
    import { train } from "latentkit/train";
    const folder = ${JSON.stringify(folder)};
    const data = folder + "/small-images-idx3-ubyte";
    const config = { data, model: { hidden: [8], code: 3 }, epochs: 2, batchSize: 16, threads: 1 };
    const run = await train(config, { folder: folder + "/run" });
    const runtime = await loadRuntime(run.package.folder);
    const codes = await runtime.encode(await (await openSource(data)).read(0, 5));
    await runtime.dispose();
    console.log(JSON.stringify(codes.shape));
  `;
}

function install(project: string, ...packages: readonly string[]): void {
  // Install scripts of other packages fetch what is not needed here.
  const quick = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  run("npm", ["install", ...quick, ...packages], project);
}

function run(command: string, args: readonly string[], cwd: string, env = process.env): string {
  const shell = process.platform === "win32" && !command.endsWith(".exe");
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, shell, encoding: "utf8" });
  if (status === 0) return stdout;
  throw new Error(
    `${command} ${args.join(" ")} ended with ${error?.message ?? status}\n${stdout}\n${stderr}`,
  );
}
