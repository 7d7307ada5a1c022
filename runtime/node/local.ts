// Runs a package's graphs in the current thread, which is blocked meanwhile.
import type { Executor } from "../executor.ts";
import { type Graphs, openOnFirstDevice } from "../first-device.ts";
import { type NodeDevice, whyNot } from "./devices.ts";
import { openSession } from "./session.ts";

/** Everything an executor needs to start; plain data, so that it can go to another thread. */
export interface StartOptions extends Graphs {
  /** Tried in this order, one at a time. */
  readonly devices: readonly NodeDevice[];
  /** Whether the user named the device: it is then tried even where another would be faster. */
  readonly byName: boolean;
  readonly threads?: number | undefined;
}

/** Rejects with `DeviceError` where no device takes the graphs, `ManifestError` where they do not fit the manifest. */
export async function startLocal(options: StartOptions): Promise<Executor> {
  const { devices, byName, threads } = options;
  const { device, passedOver, run, close } = await openOnFirstDevice(
    options,
    devices,
    (candidate) => whyNot(candidate, byName),
    async (graph, candidate) => openSession(graph, { device: candidate, threads }),
  );
  // Runs block this thread, so that none can start within another: they need not be put in a row.
  return { device, passedOver, borrows: true, nextTurn: setImmediate, run, close };
}
