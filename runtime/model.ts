// A loaded model: its graphs, chained; works on one micro-batch at a time, in whatever thread it was made.
import { InferenceError } from "./errors.ts";
import type { Job, JobResult } from "./executor.ts";
import type { GraphSession, GraphTensor, Output } from "./graphs.ts";
import { checkGraphs } from "./graphs.ts";
import type { ByRole, Manifest } from "./manifest.ts";
import { itemErrors } from "./reconstruction-error.ts";

type Tensors<T> = Readonly<Record<string, T>>;

export class Model<T> {
  readonly #manifest: Manifest;
  readonly #graphs: ByRole<GraphSession<T>>;

  /** Throws `ManifestError` where the graphs are not those the manifest describes. */
  constructor(manifest: Manifest, graphs: ByRole<GraphSession<T>>) {
    checkGraphs(manifest, graphs);
    this.#manifest = manifest;
    this.#graphs = graphs;
  }

  async run(job: Job): Promise<JobResult> {
    const start = performance.now();
    const values = await this.#run(job);
    return { ...values, milliseconds: performance.now() - start };
  }

  /** Runs every graph on one item: a device may take a graph and still fail to run it. */
  async prove(): Promise<void> {
    const { shape, dtype } = this.#manifest.input;
    const size = shape.reduce((product, d) => product * d, 1);
    const data = dtype === "uint8" ? new Uint8Array(size) : new Float32Array(size);
    await this.run({ kind: "reconstruct", data, count: 1 });
    if (this.#graphs.classifier) await this.run({ kind: "classify", data, count: 1 });
  }

  async release(): Promise<void> {
    const { encoder, decoder, classifier } = this.#graphs;
    for (const graph of [encoder, decoder, classifier]) await graph?.release();
  }

  #run(job: Job): Promise<Omit<JobResult, "milliseconds">> {
    switch (job.kind) {
      case "encode":
        return this.#encode(job);
      case "decode":
        return this.#decode(job);
      case "reconstruct":
        return this.#reconstruct(job);
      case "classify":
        return this.#classify(job);
    }
  }

  async #encode(job: Job) {
    const { encoder } = this.#graphs;
    const [codes, ...switches] = this.#passedOn(job.count);
    const outputs = await this.#fromRaw(encoder, job, [codes, ...switches]);
    const data = await readFloats(encoder, outputs, codes);
    if (switches.length === 0) return { data };
    return {
      data,
      switches: await Promise.all(switches.map((spec) => readIntegers(encoder, outputs, spec))),
    };
  }

  async #decode({ data, count, switches = [] }: Job) {
    const { decoder } = this.#graphs;
    const feeds: Record<string, T> = {};
    this.#passedOn(count).forEach(({ name, shape }, i) => {
      const values = i === 0 ? data : switches[i - 1];
      if (values) feeds[name] = decoder.tensor({ data: values, shape });
    });
    return { data: await this.#reconstruction(feeds, count) };
  }

  /** Between encoder and decoder values stay the library's own. */
  async #reconstruct(job: Job) {
    const feeds = await this.#fromRaw(this.#graphs.encoder, job, this.#passedOn(job.count));
    const data = await this.#reconstruction(feeds, job.count);
    const { input, outputs } = this.#manifest;
    const { range } = outputs.reconstruction;
    return { data, error: itemErrors(job.data, input.range, data, range, job.count) };
  }

  async #classify(job: Job) {
    const { classifier } = this.#graphs;
    const { name, outputs: described } = this.#manifest;
    if (!classifier) throw new InferenceError(`model ${JSON.stringify(name)} has no classifier`);
    const shape = [job.count, described.classes?.length ?? 0];
    const wanted: Output = { name: "probabilities", dtype: "float32", shape };
    return { data: await readFloats(classifier, await this.#fromRaw(classifier, job, [wanted]), wanted) };
  }

  /** What the encoder gives and the decoder takes: codes first, then switches. */
  #passedOn(count: number): [Output, ...Output[]] {
    const { codes, switches = [] } = this.#manifest.outputs;
    return [
      { name: "codes", dtype: "float32", shape: [count, ...codes.shape] },
      ...switches.map(({ name, dtype, shape }) => ({ name, dtype, shape: [count, ...shape] })),
    ];
  }

  #fromRaw(graph: GraphSession<T>, { data, count }: Job, outputs: readonly Output[]): Promise<Tensors<T>> {
    const type = graph.inputs.get("input")?.type;
    // The values stay what they are: a graph may declare float32 and still take raw bytes as numbers.
    const values = type === "float32" && !(data instanceof Float32Array) ? Float32Array.from(data) : data;
    const input = graph.tensor({ data: values, shape: [count, ...this.#manifest.input.shape] });
    return graph.run({ input }, outputs);
  }

  async #reconstruction(feeds: Tensors<T>, count: number): Promise<Float32Array<ArrayBuffer>> {
    const { decoder } = this.#graphs;
    const shape = [count, ...this.#manifest.outputs.reconstruction.shape];
    const wanted: Output = { name: "reconstruction", dtype: "float32", shape };
    return readFloats(decoder, await decoder.run(feeds, [wanted]), wanted);
  }
}

async function readFloats<T>(graph: GraphSession<T>, outputs: Tensors<T>, wanted: Output) {
  const data = await readOutput(graph, outputs, wanted);
  if (data instanceof Float32Array) return data;
  throw new InferenceError(`output ${wanted.name} is a ${data.constructor.name}; expected float32`);
}

async function readIntegers<T>(graph: GraphSession<T>, outputs: Tensors<T>, wanted: Output) {
  const data = await readOutput(graph, outputs, wanted);
  if (data instanceof Int32Array) return data;
  throw new InferenceError(`output ${wanted.name} is a ${data.constructor.name}; expected int32`);
}

/** The numbers of an output, of the size that the manifest promises. */
async function readOutput<T>(graph: GraphSession<T>, outputs: Tensors<T>, { name, shape: wanted }: Output) {
  const tensor = outputs[name];
  if (tensor === undefined) throw new InferenceError(`the graph gave no output ${name}`);
  const { data, shape }: GraphTensor = await graph.read(tensor);
  if (shape.join() === wanted.join()) return data;
  throw new InferenceError(`output ${name} has shape [${shape}]; expected [${wanted}] by its manifest`);
}
