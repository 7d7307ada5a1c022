// The report's worker: reads the run, draws, writes the file.
import { join } from "node:path";
import type { MessagePort } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import { writeWhole } from "../../export/synced-file.ts";
import { useOnnxEngine } from "../engine/onnx/use.ts";
import { carryErrors, type Outcome } from "../run/remote-error.ts";
import { page } from "./page.ts";
import { openRun } from "./run.ts";
import type { Section } from "./section.ts";
import { sections } from "./sections/index.ts";

export interface ReportTask {
  /** Run folder; the report goes into it. */
  readonly folder: string;
  readonly port: MessagePort;
}

export interface WrittenReport {
  readonly path: string;
  readonly bytes: number;
  /** Ids of the sections it has. */
  readonly sections: readonly string[];
}

export default (task: ReportTask): Promise<Outcome<WrittenReport>> => carryErrors(() => report(task));

async function report({ folder, port }: ReportTask): Promise<WrittenReport> {
  // Without it tfjs advises, on standard error, to install other backends.
  tf.enableProdMode();
  const run = await openRun(folder);
  const engine = await useOnnxEngine();
  try {
    const made: Section[] = [];
    for (const make of sections) {
      const section = await make(run);
      if (section) made.push(section);
    }
    const text = page(run.config.name, made, run.missing);
    const path = join(folder, "report.html");
    await writeWhole(path, text);
    return { path, bytes: Buffer.byteLength(text), sections: made.map(({ id }) => id) };
  } finally {
    engine.dispose();
    await run.close();
    port.close();
  }
}
