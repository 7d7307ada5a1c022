// Runs a package's graphs in the current thread, on the first device that takes them.
import { DeviceError, ManifestError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import type { Manifest, Role } from "../manifest.ts";
import { Model } from "../model.ts";
import { SerialQueue } from "../serial.ts";
import type { Device, PassedOver } from "../types.ts";
import { openSession } from "./session.ts";

/** Everything an executor needs to start; plain data, so that it can go to another thread. */
export interface StartOptions {
  readonly manifest: Manifest;
  readonly graphs: Readonly<Record<Role, Uint8Array>>;
  /** Tried in this order, one at a time. */
  readonly devices: readonly Device[];
  readonly threads?: number | undefined;
}

/** Rejects with `DeviceError` where no device takes the graphs, `ManifestError` where they do not fit the manifest. */
export async function startLocal(options: StartOptions): Promise<Executor> {
  const passedOver: PassedOver[] = [];
  for (const device of options.devices) {
    try {
      const model = await openModel(options, device);
      const queue = new SerialQueue();
      return {
        device,
        passedOver,
        run: (job) => queue.run(() => model.run(job)),
        close: () => queue.run(() => model.release()),
      };
    } catch (error) {
      if (error instanceof ManifestError) throw error;
      passedOver.push({ device, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const reasons = passedOver.map(({ device, reason }) => `${device}: ${reason}`).join("; ");
  throw new DeviceError(`no device can run model ${JSON.stringify(options.manifest.name)}: ${reasons}`);
}

async function openModel({ manifest, graphs, threads }: StartOptions, device: Device) {
  const encoder = await openSession(graphs.encoder, { device, threads });
  try {
    const decoder = await openSession(graphs.decoder, { device, threads });
    try {
      return new Model(manifest, encoder, decoder);
    } catch (error) {
      await decoder.release();
      throw error;
    }
  } catch (error) {
    await encoder.release();
    throw error;
  }
}
