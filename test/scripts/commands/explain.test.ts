// `latentkit explain`.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { runProgram } from "../../../scripts/cli/program.ts";
import { checkAgreement } from "../../../scripts/commands/explain.ts";
import { MemoryStream } from "../../helpers/streams.ts";

async function run(...args: string[]) {
  const stdout = new MemoryStream();
  const stderr = new MemoryStream();
  const status = await runProgram(args, { stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

const Grid = v.object({ name: v.string(), values: v.array(v.array(v.number())) });
const Report = v.object({
  topic: v.string(),
  agrees: v.boolean(),
  sections: v.array(
    v.object({
      title: v.string(),
      text: v.array(v.string()),
      grids: v.array(v.array(Grid)),
      checks: v.array(
        v.object({ program: v.string(), tfjs: v.number(), onnx: v.number(), agrees: v.boolean() }),
      ),
    }),
  ),
});

async function explainJson(...args: string[]) {
  const { status, stdout, stderr } = await run("--json", "explain", ...args);
  assert.equal(status, 0, stderr);
  return v.parse(Report, JSON.parse(stdout));
}

test("explain transpose shows X and Xᵀ on lines that a terminal holds, and the checks", async () => {
  const { status, stdout, stderr } = await run("explain", "transpose");
  assert.equal(status, 0, stderr);
  const lines = stdout.split("\n");
  assert.ok(Math.max(...lines.map((line) => line.length)) <= 120);
  // The first row of X, and beside it that of Xᵀ: for stride 1, then 2.
  assert.ok(lines.includes("1 2 3 ·   4 5 6 ·   7 8 9 ·   · · · ·    1 ·   · ·"), stdout);
  assert.ok(lines.includes("· · 1 2   · · 4 5   · · 7 8   · · · ·    2 ·   · ·"), stdout);
  assert.match(stdout, /^transposed convolution +\d\.\de-\d +\d\.\de-\d +yes$/m);
});

test("explain transpose --json holds the matrices: Xᵀ is X transposed, and gives Xᵀ·y", async () => {
  const { topic, agrees, sections } = await explainJson(
    "transpose",
    "--size",
    "3",
    "--kernel",
    "2",
    "--stride",
    "1",
  );
  assert.deepEqual([topic, agrees, sections.length], ["transpose", true, 1]);
  const grids = new Map(sections[0]?.grids.flat().map(({ name, values }) => [name, values]));
  const [X = [], Xt = []] = [grids.get("X"), grids.get("Xᵀ")];
  assert.deepEqual(X[3], [0, 0, 0, 0, 1, 2, 0, 3, 4]);
  assert.deepEqual(
    Xt,
    X[0]?.map((_, column) => X.map((row) => row[column])),
  );
  // Of the diagonal: 1 + 4 where the kernel lies on it, 3 and 2 beside it.
  assert.deepEqual(grids.get("y = X·x"), [
    [5, 3],
    [2, 5],
  ]);
  assert.deepEqual(grids.get("Xᵀ·y"), [
    [5, 13, 6],
    [17, 38, 22],
    [6, 23, 20],
  ]);
});

test("explain unpool shows the three unpoolings as matrices, each checked", async () => {
  const { sections, agrees } = await explainJson("unpool");
  assert.equal(agrees, true);
  assert.deepEqual(
    sections.map(({ title, checks }) => [/"(\w+)"/.exec(title)?.[1], checks.length]),
    [
      ["nearest", 2],
      ["max", 2],
      ["transpose", 1],
    ],
  );
  const { status, stdout } = await run("explain", "unpool");
  assert.equal(status, 0);
  assert.ok(Math.max(...stdout.split("\n").map((line) => line.length)) <= 120);
});

test("a check that does not hold is an error that names it", () => {
  const bad = { program: "convolution", tfjs: 0, onnx: 0.5, agrees: false };
  const section = { title: "", text: [], grids: [], checks: [{ ...bad, onnx: 0, agrees: true }, bad] };
  assert.throws(() => checkAgreement({ topic: "transpose", agrees: false, sections: [section] }), {
    name: "CommandError",
    message:
      "explain transpose: convolution differs from its matrix by 0 in tfjs and 0.5 in ONNX Runtime; " +
      "expected rounding only",
  });
});

test("topics and options that are none are usage errors; help has examples", async () => {
  const refused = async (args: string[], message: RegExp) => {
    const { status, stderr } = await run("explain", ...args);
    assert.equal(status, 2);
    assert.match(stderr, message);
  };
  await refused(["softmax"], /'softmax' is invalid.*transpose, unpool/);
  await refused([], /missing required argument 'topic'/);
  await refused(["unpool", "--stride", "2"], /option --stride: is for transpose, not unpool/);
  await refused(["transpose", "--kernel", "5"], /option --kernel: expected at most --size, 4, got "5"/);
  await refused(["transpose", "--size", "9"], /option --size: expected a whole number from 2 to 6, got "9"/);
  const { status, stdout } = await run("explain", "--help");
  assert.equal(status, 0);
  assert.match(stdout, /\$ latentkit explain transpose --size 5 --kernel 2 --stride 2/);
});
