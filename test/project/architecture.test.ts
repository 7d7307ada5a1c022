// The rules of the house: floors, browser-safe folders, declared dependencies, no addresses.
import assert from "node:assert/strict";
import { isBuiltin } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { importsOf } from "../helpers/imports.ts";
import { manifest, readRepositoryFile, repositoryFiles } from "../helpers/repository.ts";

/** The folders that each folder may import from, besides itself. */
const floors: Readonly<Record<string, readonly string[]>> = {
  runtime: [],
  data: [],
  export: ["runtime", "data"],
  train: ["runtime", "data", "export"],
  studio: ["runtime", "data", "export", "train"],
  scripts: ["runtime", "data", "export", "train", "studio"],
};

/** Folders that are published as libraries. */
const published = ["runtime", "data", "export", "train"];

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly specifier: string;
}

const files = repositoryFiles();
const imports: readonly Import[] = files
  .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && folderOf(file) in floors)
  .flatMap((file) =>
    importsOf(readRepositoryFile(file)).map((specifier) => ({ file, folder: folderOf(file), specifier })),
  );

test("imports are found in all their forms, but not in comments", () => {
  const source = `
    import a, { type B } from "./a.ts";
    import "./b.ts";
    import type {
      C,
    } from './c.ts';
    export * from "./d.ts";
    const e = await import("./e.ts");
    // import f from "./f.ts";
    /** Use it so:
     * import g from "./g.ts";
     */`;
  assert.deepEqual(importsOf(source), ["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts"]);
});

test("a folder imports only from the floors below it", () => {
  const wrong = imports.filter(({ file, folder, specifier }) =>
    targetsOf(file, specifier)
      .map(folderOf)
      .some((target) => target in floors && target !== folder && !floors[folder]?.includes(target)),
  );
  assert.deepEqual(wrong.map(inWords), []);
});

test("no file imports the project by its published name", () => {
  const wrong = imports.filter(({ specifier }) => packageOf(specifier) === manifest.name);
  assert.deepEqual(wrong.map(inWords), []);
});

test("the runtime runs in browsers: only runtime/node imports from Node", () => {
  const wrong = imports.filter(
    ({ file, specifier }) =>
      file.startsWith("runtime/") &&
      !file.startsWith("runtime/node/") &&
      (isBuiltin(specifier) || packageOf(specifier) === "onnxruntime-node"),
  );
  assert.deepEqual(wrong.map(inWords), []);
});

test("published folders import only packages that are installed with them", () => {
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  const installed = { ...dependencies, ...optionalDependencies, ...peerDependencies };
  const wrong = imports.filter(
    ({ folder, specifier }) =>
      published.includes(folder) &&
      !/^[.#]/.test(specifier) &&
      !isBuiltin(specifier) &&
      !(packageOf(specifier) in installed),
  );
  assert.deepEqual(wrong.map(inWords), []);
});

test("no file holds a path of somebody's machine", () => {
  const machinePath = /(?<![\w.)}\]/-])\/(?:work|home|root|Users)\/\w/;
  const texts = files.filter((file) => /\.([cm]?[jt]sx?|json|md|html|css|ya?ml|sh)$|^\.|\/run$/.test(file));
  const wrong = texts.filter((file) => machinePath.test(readRepositoryFile(file)));
  assert.deepEqual(wrong, []);
});

test("package-lock.json holds no addresses of a registry", () => {
  const lock = JSON.parse(readRepositoryFile("package-lock.json"));
  const wrong = Object.entries<{ resolved?: string }>(lock.packages).filter(([, { resolved }]) => resolved);
  assert.deepEqual(
    wrong.map(([name]) => name),
    [],
    "npm leaves them out with `npm config set omit-lockfile-registry-resolved true`",
  );
});

function folderOf(file: string): string {
  return file.split("/", 1)[0] ?? "";
}

/** Files of the project that an import may lead to: several where package.json chooses by condition. */
function targetsOf(file: string, specifier: string): readonly string[] {
  if (specifier.startsWith(".")) return [path.posix.join(path.posix.dirname(file), specifier)];
  if (specifier.startsWith("#")) return leaves(manifest.imports[specifier]).map(withoutDist);
  return [];
}

function leaves(target: unknown): readonly string[] {
  if (typeof target === "string") return [target];
  return target && typeof target === "object" ? Object.values(target).flatMap(leaves) : [];
}

function withoutDist(target: string): string {
  return target.replace(/^\.\/(dist\/)?/, "");
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function inWords({ file, specifier }: Import): string {
  return `${file} imports ${specifier}`;
}
