// Configs in files: JSON, TypeScript and JavaScript, and what is said of files that hold none.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { readConfigFile } from "../../../scripts/cli/config-file.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

test("JSON and modules with a default export give the same config", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "sizes.ts"), "export const sizes: readonly number[] = [4, 8];");
  const files: Readonly<Record<string, string>> = {
    "a.json": '{ "space": { "model.code": [4, 8] } }',
    "a.ts": `import { sizes } from "./sizes.ts";
      interface Sweep { space: Record<string, readonly number[]> }
      export default { space: { "model.code": sizes } } satisfies Sweep;`,
    "a.mts": 'export default { space: { "model.code": [4, 8] as number[] } };',
    "a.mjs": 'export default { space: { "model.code": [4, 8] } };',
    "a.cjs": 'module.exports = { space: { "model.code": [4, 8] } };',
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await writeFile(path, text);
    assert.deepEqual(await readConfigFile(path), { space: { "model.code": [4, 8] } }, name);
  }
});

test("a file changed since is read anew", async (t) => {
  const path = join(await temporaryFolder(t), "config.ts");
  for (const epochs of [1, 2]) {
    await writeFile(path, `export default { epochs: ${epochs} };`);
    assert.deepEqual(await readConfigFile(path), { epochs });
  }
});

const wrong: readonly (readonly [string, string, RegExp])[] = [
  ["a.json", "{ epochs: 3 }", /a\.json is not JSON: /],
  ["b.json", "[1]", /b\.json holds \[1\]; expected a config, an object$/],
  [
    "c.ts",
    "export const config = { epochs: 3 }; export const other = 1;",
    /c\.ts exports config, other; expected the config as its default export$/,
  ],
  ["d.ts", "export {};", /d\.ts exports nothing; expected the config as its default export$/],
  ["e.ts", "export default 3;", /e\.ts holds 3; expected a config, an object$/],
  ["f.ts", "throw new Error('not today');", /f\.ts can't be run: not today$/],
  ["g.ts", "export default {", /g\.ts can't be run: /],
];

for (const [name, text, message] of wrong) {
  test(`${name} with ${text} is refused, with what would be right`, async (t) => {
    const path = join(await temporaryFolder(t), name);
    await writeFile(path, text);
    await assert.rejects(readConfigFile(path), { name: "CommandError", message });
  });
}

test("a file that is not there is named, whatever its kind", async (t) => {
  const folder = await temporaryFolder(t);
  for (const name of ["none.json", "none.ts"])
    await assert.rejects(readConfigFile(join(folder, name)), new RegExp(name));
});
