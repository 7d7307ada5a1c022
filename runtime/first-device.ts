// Opens a model on the first of several devices that takes it, and keeps the reasons why others did not.
import { DeviceError, ManifestError, reasonOf, show } from "./errors.ts";
import type { GraphSession } from "./graphs.ts";
import { type ByRole, eachRole, type Manifest } from "./manifest.ts";
import { createModel, type Model } from "./model.ts";
import type { Device, PassedOver } from "./types.ts";

export interface Graphs {
  readonly manifest: Manifest;
  /** ONNX files. */
  readonly graphs: ByRole<Uint8Array>;
}

export interface OpenedModel<D extends Device> extends Model {
  readonly device: D;
  readonly passedOver: readonly PassedOver[];
}

/**
 * Tries devices in their order, one at a time. Rejects with `DeviceError`, which has the reason of each, where none
 * takes the graphs, and with `ManifestError` where they do not fit the manifest.
 *
 * @param whyNot gives a reason not even to try a device, if there is one
 */
export async function openOnFirstDevice<D extends Device, T>(
  graphs: Graphs,
  devices: readonly D[],
  whyNot: (device: D) => string | undefined | Promise<string | undefined>,
  openSession: (graph: Uint8Array, device: D) => Promise<GraphSession<T>>,
): Promise<OpenedModel<D>> {
  const passedOver: PassedOver[] = [];
  for (const device of devices) {
    try {
      const known = await whyNot(device);
      if (known !== undefined) throw new DeviceError(known);
      const model = await openModel(graphs, (graph) => openSession(graph, device));
      return { ...model, device, passedOver };
    } catch (error) {
      if (error instanceof ManifestError) throw error;
      passedOver.push({ device, reason: reasonOf(error) });
    }
  }
  const reasons = passedOver.map(({ device, reason }) => `${device}: ${reason}`).join("; ");
  throw new DeviceError(`no device can run model ${show(graphs.manifest.name)}: ${reasons}`);
}

async function openModel<T>(
  { manifest, graphs }: Graphs,
  openSession: (graph: Uint8Array) => Promise<GraphSession<T>>,
): Promise<Model> {
  const opened: GraphSession<T>[] = [];
  try {
    const sessions = await eachRole(graphs, async (graph) => {
      const session = await openSession(graph);
      opened.push(session);
      return session;
    });
    const model = createModel(manifest, sessions);
    await model.prove();
    return model;
  } catch (error) {
    for (const session of opened) await session.release();
    throw error;
  }
}
