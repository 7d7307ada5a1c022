// A loaded model: its graphs, chained; works on one micro-batch at a time, in whatever thread it was made.
import { arrayOf, dtypeOf, type GraphArray, sizeOf } from "./arrays.ts";
import { InferenceError, show } from "./errors.ts";
import type { Job, JobResult } from "./executor.ts";
import { checkGraphs, type GraphSession, portsOf } from "./graphs.ts";
import type { ByRole, Manifest, Role } from "./manifest.ts";
import { itemErrors } from "./reconstruction-error.ts";

export interface Model {
  run(job: Job): Promise<JobResult>;
  /** Runs every graph on one item: a device may take a graph and still fail to run it. */
  prove(): Promise<void>;
  close(): Promise<void>;
}

/** The graph that takes a job's inputs. `reconstruct` goes on to the decoder. */
const firstGraph = {
  encode: "encoder",
  decode: "decoder",
  reconstruct: "encoder",
  classify: "classifier",
} as const satisfies Readonly<Record<Job["kind"], Role>>;

/** `T` is the tensor of the library whose sessions these are. Throws `ManifestError` where they are not the manifest's. */
export function createModel<T>(manifest: Manifest, graphs: ByRole<GraphSession<T>>): Model {
  checkGraphs(manifest, graphs);
  const { input } = manifest;
  const { range } = manifest.outputs.reconstruction;
  const ports = portsOf(manifest);
  const graphOf = (role: Role) => graphs[role] as GraphSession<T>;

  async function run({ kind, count, inputs }: Job): Promise<JobResult> {
    const start = performance.now();
    let role: Role = firstGraph[kind];
    const feeds: Record<string, T> = {};
    ports[role][0].forEach(({ name, shape }, i) => {
      const given = inputs[i] as GraphArray;
      const { type } = graphOf(role).inputs.find((port) => port.name === name) ?? {};
      // The values stay what they are: a graph may declare float32 and still take raw bytes as numbers.
      const isNumbers = type === "float32" && dtypeOf(given) === "uint8";
      const data = isNumbers ? Float32Array.from(given) : given;
      feeds[name] = graphOf(role).tensor({ data, shape: [count, ...shape] });
    });
    let tensors = await graphOf(role).run(feeds, ports[role][1], count);
    if (kind === "reconstruct") {
      // Between encoder and decoder values stay the library's own.
      role = "decoder";
      tensors = await graphOf(role).run(tensors, ports[role][1], count);
    }
    const outputs: GraphArray[] = [];
    for (const { name, dtype, shape } of ports[role][1]) {
      const { data, shape: found } = await graphOf(role).read(tensors[name] as T);
      const wanted = `${[count, ...shape]}`;
      if (dtypeOf(data) !== dtype || `${found}` !== wanted) {
        throw new InferenceError(
          `output ${name} is ${show(data)} [${found}]; expected ${dtype} [${wanted}] by its manifest`,
        );
      }
      outputs.push(data as GraphArray);
    }
    if (kind === "reconstruct") {
      const [raw, made] = [inputs[0], outputs[0]] as [GraphArray, GraphArray];
      outputs.push(itemErrors(raw, input.range, made, range, count));
    }
    return { outputs, milliseconds: performance.now() - start };
  }

  return {
    run,
    async prove() {
      const inputs = [new (arrayOf(input.dtype))(sizeOf(input.shape))];
      await run({ kind: "reconstruct", inputs, count: 1 });
      if (graphs.classifier) await run({ kind: "classify", inputs, count: 1 });
    },
    async close() {
      for (const graph of Object.values(graphs)) await graph.release();
    },
  };
}
