// Runs a package's graphs in the current page or web worker, on the first device that takes them.
import type { Executor } from "../executor.ts";
import { type Graphs, openOnFirstDevice } from "../first-device.ts";
import { SerialQueue } from "../serial.ts";
import { type BrowserDevice, browserDevices, whyNot } from "./devices.ts";
import { openSession, type SessionOptions } from "./session.ts";

export interface StartOptions extends Omit<SessionOptions, "device"> {
  readonly device: "auto" | BrowserDevice;
}

/** Rejects with `DeviceError` where no device takes the graphs, `ManifestError` where they do not fit the manifest. */
export async function start(graphs: Graphs, { device: wanted, ...options }: StartOptions): Promise<Executor> {
  const devices = wanted === "auto" ? browserDevices : [wanted];
  const { model, device, passedOver } = await openOnFirstDevice(graphs, devices, {
    whyNot: (candidate) => whyNot(candidate, wanted !== "auto"),
    openSession: (graph, candidate) => openSession(graph, { ...options, device: candidate }),
  });
  const queue = new SerialQueue();
  return {
    device,
    passedOver,
    borrows: true,
    run: (job) => queue.run(() => model.run(job)),
    close: () => queue.run(() => model.release()),
  };
}
