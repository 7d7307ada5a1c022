// A disk that fills up while a checkpoint is written: a clear error, and the earlier checkpoint goes on.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { root } from "../../../scripts/repository.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

test("the run fails with WriteError, and the checkpoint before it resumes to the end", async (t) => {
  const folder = await temporaryFolder(t);
  const script = join(folder, "fill.mts");
  const module = (path: string) => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href);
  // Fills the disk after the first checkpoint, sees the run fail, makes room, and resumes.
  await writeFile(
    script,
    `import { readdirSync, rmSync, writeFileSync } from "node:fs";
     import { train } from ${module("train/index.ts")};
     import { writeSmallImages } from ${module("test/helpers/small-images.ts")};
     const [disk, elsewhere] = process.argv.slice(2);
     const data = await writeSmallImages(elsewhere);
     const config = { data, model: { hidden: [24], code: 4 }, epochs: 6, batchSize: 30, checkpoint: { everySeconds: 1e9 }, threads: 1 };
     const folder = disk + "/run";
     let filled = false;
     const fill = () => {
       if (filled) return;
       filled = true;
       for (let size = 2 ** 22; size >= 1; size >>= 1) {
         try { writeFileSync(disk + "/ballast" + size, new Uint8Array(size)); } catch { rmSync(disk + "/ballast" + size, { force: true }); }
       }
     };
     const onEvent = ({ type }) => type === "checkpoint" && fill();
     const error = await train(config, { folder, onEvent }).then(() => null, (e) => e);
     const left = readdirSync(folder + "/checkpoints");
     for (const name of readdirSync(disk)) if (name.startsWith("ballast")) rmSync(disk + "/" + name);
     const run = await train(config, { folder, existing: "resume" });
     const names = readdirSync(folder + "/checkpoints").filter((name) => name.startsWith("."));
     console.log(JSON.stringify({ name: error?.name, message: error?.message, left, epochs: run.history.length, names }));`,
  );
  const disk = join(folder, "disk");
  const shell = `mkdir ${disk} && mount -t tmpfs -o size=2m none ${disk} || exit 77
    exec ${process.execPath} --import tsx ${script} ${disk} ${folder}`;
  const args = ["--map-root-user", "--mount", "sh", "-c", shell];
  const { code, stdout, stderr } = await new Promise<{ code: unknown; stdout: string; stderr: string }>(
    (resolve) => {
      execFile("unshare", args, { cwd: root }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    },
  );
  if (code === 77 || code === "ENOENT" || /^unshare:/m.test(stderr))
    return t.skip("no small file system can be mounted here");
  assert.equal(code, 0, stderr);
  const seen = JSON.parse(stdout);
  assert.equal(seen.name, "WriteError");
  assert.match(
    seen.message,
    /can't be written: ENOSPC: no space left on device, write; make room there, or choose another place$/,
  );
  assert.ok(
    seen.left.some((name: string) => name.startsWith("step-")),
    `left: ${seen.left}`,
  );
  assert.equal(seen.epochs, 6);
  assert.deepEqual(seen.names, [], "no temporary folder is left");
});
