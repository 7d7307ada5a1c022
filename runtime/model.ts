// A loaded autoencoder: two graphs, chained; works on one micro-batch at a time, in whatever thread it was made.
import { InferenceError, InputError } from "./errors.ts";
import type { Job, JobResult } from "./executor.ts";
import type { GraphSession, GraphTensor } from "./graphs.ts";
import { checkGraphs } from "./graphs.ts";
import type { Manifest } from "./manifest.ts";
import { itemErrors } from "./reconstruction-error.ts";

export class Model<T> {
  readonly #manifest: Manifest;
  readonly #encoder: GraphSession<T>;
  readonly #decoder: GraphSession<T>;

  /** Throws `ManifestError` where the graphs are not those the manifest describes. */
  constructor(manifest: Manifest, encoder: GraphSession<T>, decoder: GraphSession<T>) {
    checkGraphs(manifest, encoder, decoder);
    this.#manifest = manifest;
    this.#encoder = encoder;
    this.#decoder = decoder;
  }

  async run(job: Job): Promise<JobResult> {
    switch (job.kind) {
      case "encode":
        return { data: await this.#read(this.#encoder, await this.#encode(job), "codes", job.count) };
      case "decode":
        return { data: await this.#decode(job) };
      case "reconstruct":
        return this.#reconstruct(job);
    }
  }

  async release(): Promise<void> {
    await this.#encoder.release();
    await this.#decoder.release();
  }

  #encode({ data, count }: Job): Promise<Readonly<Record<string, T>>> {
    const type = this.#encoder.inputs.get("input")?.type;
    // The values stay what they are: a graph may declare float32 and still take raw bytes as numbers.
    const values = type === "float32" && !(data instanceof Float32Array) ? Float32Array.from(data) : data;
    const input = this.#encoder.tensor({ data: values, shape: [count, ...this.#manifest.input.shape] });
    return this.#encoder.run({ input });
  }

  #decode({ data, count }: Job): Promise<Float32Array<ArrayBuffer>> {
    const missing = [...this.#decoder.inputs.keys()].filter((name) => name !== "codes");
    if (missing.length > 0) {
      throw new InputError(
        `decode: the decoder of model ${JSON.stringify(this.#manifest.name)} also needs the encoder's ` +
          `${missing.join(", ")}, which codes alone do not hold; use reconstruct()`,
      );
    }
    const codes = this.#decoder.tensor({ data, shape: [count, this.#manifest.codeSize] });
    return this.#decoder
      .run({ codes })
      .then((outputs) => this.#read(this.#decoder, outputs, "reconstruction", count));
  }

  async #reconstruct(job: Job): Promise<JobResult> {
    const encoded = await this.#encode(job);
    const feeds = Object.fromEntries(
      Object.entries(encoded).filter(([name]) => this.#decoder.inputs.has(name)),
    );
    const outputs = await this.#decoder.run(feeds);
    const data = await this.#read(this.#decoder, outputs, "reconstruction", job.count);
    const { input, outputs: spec } = this.#manifest;
    return { data, error: itemErrors(job.data, input.range, data, spec.reconstruction.range, job.count) };
  }

  /** The numbers of an output, of the size that the manifest promises. */
  async #read(
    graph: GraphSession<T>,
    outputs: Readonly<Record<string, T>>,
    name: "codes" | "reconstruction",
    count: number,
  ): Promise<Float32Array<ArrayBuffer>> {
    const tensor = outputs[name];
    if (tensor === undefined) throw new InferenceError(`the graph gave no output ${name}`);
    const { data, shape }: GraphTensor = await graph.read(tensor);
    const wanted = [count, ...this.#manifest.outputs[name].shape];
    if (shape.join() !== wanted.join() || !(data instanceof Float32Array)) {
      throw new InferenceError(`output ${name} has shape [${shape}]; expected [${wanted}] by its manifest`);
    }
    return data;
  }
}
