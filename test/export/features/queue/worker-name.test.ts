// What workers are called.
import assert from "node:assert/strict";
import { hostname } from "node:os";
import { test } from "node:test";
import { takeWorkerName } from "../../../../export/features/queue/worker-name.ts";

test("workers are called by host and process; further ones of a process get a number, as long as there are others", () => {
  const own = `${hostname()}-${process.pid}`;
  const [first, second, third] = [takeWorkerName(), takeWorkerName(), takeWorkerName()];
  assert.deepEqual([first.name, second.name, third.name], [own, `${own}-2`, `${own}-3`]);
  second.release();
  const next = takeWorkerName();
  assert.equal(next.name, `${own}-2`);
  for (const { release } of [first, next, third]) release();
  const last = takeWorkerName();
  assert.equal(last.name, own);
  last.release();
});

test("a name of one's own is kept, and numbered where it is taken", () => {
  const [one, two] = [takeWorkerName("gpu_0.left"), takeWorkerName("gpu_0.left")];
  assert.deepEqual([one.name, two.name], ["gpu_0.left", "gpu_0.left-2"]);
  one.release();
  two.release();
});

test("a name that Redis has no place for is refused", () => {
  for (const name of ["", "left gpu", "a:w:b", "zürich"]) {
    assert.throws(() => takeWorkerName(name), {
      name: "FeatureOptionError",
      message: `name is "${name}"; expected letters, digits, dots, dashes and underscores`,
    });
  }
});
