import { train } from '/work/main/train/index.ts';
import { openSource } from '/work/main/data/index.ts';
import { loadRuntime } from '/work/main/runtime/index.ts';
for (const c of JSON.parse(process.argv[2]!)) {
  const run = await train(c, { folder: '/tmp/exp-run' });
  const t = await openSource('mnist:test'); const rt = await loadRuntime(run.package.folder);
  const { error } = await rt.reconstruct(await t.read(0, t.length)); await rt.dispose();
  console.log(JSON.stringify(c), 'SSE', (784 * error.reduce((a, b) => a + b, 0) / error.length).toFixed(3), 'train', (784*run.history.at(-1)!.loss).toFixed(3), Math.round(run.itemsPerSecond));
}
