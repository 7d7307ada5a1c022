// Rows in files and in stores.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { openFile } from "../../../data/file.ts";
import { FileRows } from "../../../data/rows/file-rows.ts";
import { RowStore } from "../../../data/rows/row-store.ts";
import { putFiles } from "../../helpers/put-files.ts";

test("rows of any layout are cut out of the file as they lie there", async (t) => {
  const file = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) % 253);
  const at = await putFiles(t, { f: file });
  const { handle } = await openFile(at("f"), "a file");
  t.after(() => handle.close());
  const layout = fc.record({
    offset: fc.nat(50),
    rowBytes: fc.integer({ min: 1, max: 9000 }),
    stride: fc.integer({ min: 1, max: 20_000 }),
    picks: fc.array(fc.nat(1000), { maxLength: 20 }),
  });
  await fc.assert(
    fc.asyncProperty(layout, async ({ offset, rowBytes, stride, picks }) => {
      const rows = new FileRows(handle, at("f"), { offset, rowBytes, stride });
      const count = Math.floor((file.length - offset - rowBytes) / stride) + 1;
      const row = (i: number) => [...file.subarray(offset + i * stride, offset + i * stride + rowBytes)];
      const indices = Uint32Array.from(picks, (pick) => pick % count);
      assert.deepEqual([...(await rows.gather(indices))], [...indices].flatMap(row));
      const [start = 0, end = 0] = [...indices].slice(0, 2).sort((a, b) => a - b);
      const span = Array.from({ length: Math.min(end - start, 3) }, (_, i) => start + i);
      assert.deepEqual([...(await rows.read(start, start + span.length))], span.flatMap(row));
    }),
    { numRuns: 60 },
  );
});

test("a store gives back its rows wherever they are kept, in whatever order they were written", async () => {
  const row = (i: number) => new Uint8Array(Uint32Array.of(i, i * i, 7 * i).buffer);
  for (const memory of [0, 0.01, 1]) {
    const store = new RowStore(12, memory);
    const order = [
      ...Array.from({ length: 1000 }, (_, i) => 2 * i + 1),
      ...Array.from({ length: 1000 }, (_, i) => 2 * i),
    ];
    for (const i of order) await store.write(i, row(i));
    assert.equal(store.onDisk, memory < 1);
    assert.deepEqual(await store.read(10, 12), Uint8Array.from([...row(10), ...row(11)]));
    const wanted = [1999, 0, 1000, 1000];
    assert.deepEqual(
      await store.gather(Uint32Array.from(wanted)),
      Uint8Array.from(wanted.flatMap((i) => [...row(i)])),
    );
    await store.close();
  }
});

test("rows can be read while the store moves from memory to disk", async () => {
  const store = new RowStore(1, 16);
  const kept = 16 * 2 ** 20;
  await store.write(0, new Uint8Array(kept).fill(7));
  const moved = store.write(kept, Uint8Array.of(9));
  const reads: number[][] = [];
  const until = moved.then(() => true);
  while (!(await Promise.race([until, setImmediate(false)])))
    reads.push([...(await store.read(kept - 3, kept))]);
  assert.ok(store.onDisk && reads.length > 0, `${reads.length} reads`);
  for (const read of reads) assert.deepEqual(read, [7, 7, 7]);
  assert.deepEqual(await store.read(kept - 1, kept + 1), Uint8Array.of(7, 9));
  await store.close();
});

test("a store on disk leaves no file behind, not even while it is in use", async (t) => {
  const at = await putFiles(t, {});
  const before = process.env.TMPDIR;
  process.env.TMPDIR = at(".");
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  const store = new RowStore(4, 0);
  await store.write(0, Uint8Array.of(1, 2, 3, 4));
  assert.equal(store.onDisk, true);
  if (process.platform !== "win32") assert.deepEqual(await readdir(at(".")), []);
  await store.close();
  assert.deepEqual(await readdir(at(".")), []);
});
