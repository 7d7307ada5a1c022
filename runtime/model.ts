// A loaded model: its graphs, chained; works on one micro-batch at a time, in whatever thread it was made.
import { arrayOf, sizeOf } from "./arrays.ts";
import type { Answer } from "./call.ts";
import { InferenceError } from "./errors.ts";
import type { Job, JobResult } from "./executor.ts";
import { checkGraphs, type GraphSession, type PortSpec, portsOf } from "./graphs.ts";
import type { ByRole, Manifest } from "./manifest.ts";
import { itemErrors } from "./reconstruction-error.ts";

export interface Model {
  run(job: Job): Promise<JobResult>;
  /** Runs every graph on one item: a device may take a graph and still fail to run it. */
  prove(): Promise<void>;
  release(): Promise<void>;
}

/** `T` is the tensor of the library whose sessions these are. Throws `ManifestError` where they are not the manifest's. */
export function createModel<T>(manifest: Manifest, graphs: ByRole<GraphSession<T>>): Model {
  checkGraphs(manifest, graphs);
  const { encoder, decoder, classifier } = graphs;
  const { name, input, outputs } = manifest;
  const { codes, switches, reconstruction, probabilities } = portsOf(manifest);
  const passedOn = [codes, ...switches];

  type Graph = GraphSession<T>;
  type Tensors = Readonly<Record<string, T>>;

  const ofBatch = <P extends PortSpec>(port: P, count: number) => ({
    ...port,
    shape: [count, ...port.shape],
  });
  const compute = (graph: Graph, feeds: Tensors, wanted: readonly PortSpec[], count: number) =>
    graph.run(
      feeds,
      wanted.map((port) => ofBatch(port, count)),
    );

  function fromRaw(graph: Graph, { data, count }: Job, wanted: readonly PortSpec[]): Promise<Tensors> {
    const type = graph.inputs.get("input")?.type;
    // The values stay what they are: a graph may declare float32 and still take raw bytes as numbers.
    const values = type === "float32" && !(data instanceof Float32Array) ? Float32Array.from(data) : data;
    const tensor = graph.tensor({ data: values, shape: [count, ...input.shape] });
    return compute(graph, { input: tensor }, wanted, count);
  }

  /** The numbers of an output, of the kind and size that the manifest promises. */
  async function read<A>(
    Type: new (length: number) => A,
    graph: Graph,
    tensors: Tensors,
    port: PortSpec,
    count: number,
  ) {
    const tensor = tensors[port.name];
    if (tensor === undefined) throw new InferenceError(`the graph gave no output ${port.name}`);
    const { data, shape } = await graph.read(tensor);
    const wanted = ofBatch(port, count).shape;
    const found = `output ${port.name} `;
    if (`${shape}` !== `${wanted}`) {
      throw new InferenceError(`${found}has shape [${shape}]; expected [${wanted}] by its manifest`);
    }
    if (data instanceof Type) return data;
    throw new InferenceError(`${found}is a ${data.constructor.name}; expected ${port.dtype}`);
  }

  async function reconstruct(feeds: Tensors, count: number) {
    const made = await compute(decoder, feeds, [reconstruction], count);
    return read(Float32Array, decoder, made, reconstruction, count);
  }

  const kinds: Readonly<Record<Job["kind"], (job: Job) => Promise<Answer>>> = {
    async encode(job) {
      const tensors = await fromRaw(encoder, job, passedOn);
      const data = await read(Float32Array, encoder, tensors, codes, job.count);
      if (switches.length === 0) return { data };
      const indices = switches.map((port) => read(Int32Array, encoder, tensors, port, job.count));
      return { data, switches: await Promise.all(indices) };
    },
    async decode(job) {
      const arrays = [job.data, ...(job.switches ?? [])];
      const feeds: Record<string, T> = {};
      passedOn.forEach((port, i) => {
        const data = arrays[i];
        const { shape } = ofBatch(port, job.count);
        if (data) feeds[port.name] = decoder.tensor({ data, shape });
      });
      return { data: await reconstruct(feeds, job.count) };
    },
    /** Between encoder and decoder values stay the library's own. */
    async reconstruct(job) {
      const data = await reconstruct(await fromRaw(encoder, job, passedOn), job.count);
      const { range } = outputs.reconstruction;
      return { data, error: itemErrors(job.data, input.range, data, range, job.count) };
    },
    async classify(job) {
      if (!classifier) throw new InferenceError(`model ${JSON.stringify(name)} has no classifier`);
      const tensors = await fromRaw(classifier, job, [probabilities]);
      return { data: await read(Float32Array, classifier, tensors, probabilities, job.count) };
    },
  };

  async function run(job: Job): Promise<JobResult> {
    const start = performance.now();
    const answer = await kinds[job.kind](job);
    return { ...answer, milliseconds: performance.now() - start };
  }

  return {
    run,
    async prove() {
      const data = new (arrayOf(input.dtype))(sizeOf(input.shape));
      await run({ kind: "reconstruct", data, count: 1 });
      if (classifier) await run({ kind: "classify", data, count: 1 });
    },
    async release() {
      for (const graph of [encoder, decoder, classifier]) await graph?.release();
    },
  };
}
