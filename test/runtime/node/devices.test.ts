// Which device is taken, and what is said of the others; WebGPU for real, on a GPU in software.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadRuntime } from "../../../runtime/index.ts";
import { whyNot } from "../../../runtime/node/devices.ts";
import { looksLikeSoftware } from "../../../runtime/node/vulkan.ts";
import { useSoftwareGpu } from "../../helpers/software-gpu.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import {
  switchingDecoder,
  switchingEncoder,
  switchingOutputs,
  writeTinyPackage,
} from "../../helpers/tiny-autoencoder.ts";

const images = Uint8Array.of(0, 255, 51, 51, 0, 0, 0, 0, 255, 255, 255, 255);
const skip = useSoftwareGpu();

function assertNear(actual: ArrayLike<number>, expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((wanted, i) => {
    assert.ok(
      Math.abs((actual[i] ?? Number.NaN) - wanted) < 1e-5,
      `value ${i} is ${actual[i]}, not ${wanted}`,
    );
  });
}

test("cuda by name, where its libraries are missing, is refused with the reason", {
  skip: whyNot("cuda", true) === undefined && "CUDA's libraries are installed here",
}, async (t) => {
  const folder = await writeTinyPackage(await temporaryFolder(t));
  await assert.rejects(loadRuntime(folder, { device: "cuda", inline: true }), {
    name: "DeviceError",
    message: `no device can run model "tiny": cuda: ${whyNot("cuda", true)}`,
  });
});

test("auto prefers the CPU to a GPU in software, and says so", { skip }, async (t) => {
  const folder = await writeTinyPackage(await temporaryFolder(t));
  const runtime = await loadRuntime(folder, { inline: true });
  if (runtime.info.device === "cuda") t.skip("there is CUDA here");
  else {
    assert.equal(runtime.info.device, "cpu");
    assert.deepEqual(runtime.info.passedOver.at(-1), {
      device: "webgpu",
      reason: "the only Vulkan driver here computes on the CPU; ask for webgpu by name to use it",
    });
  }
  await runtime.dispose();
});

for (const options of [{ inline: true }, { workers: 2, maxBatchSize: 1 }]) {
  const where = options.inline ? "in this thread" : "in two threads at once";
  test(`WebGPU by name gives codes, switches, pictures and errors ${where}`, { skip }, async (t) => {
    const folder = await writeTinyPackage(await temporaryFolder(t), {
      encoder: switchingEncoder,
      decoder: switchingDecoder,
      manifest: { outputs: switchingOutputs },
    });
    const runtime = await loadRuntime(folder, { device: "webgpu", ...options });
    assert.equal(runtime.info.device, "webgpu");
    assert.deepEqual(runtime.info.passedOver, []);
    const codes = await runtime.encode(images);
    assertNear(codes.data, [0.5, 0.2, 0, 0, 1, 1]);
    assert.deepEqual([...(codes.switches?.[0]?.data ?? [])], [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    assertNear((await runtime.decode(codes)).data, [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    const calls = await Promise.all(Array.from({ length: 8 }, () => runtime.reconstruct(images)));
    for (const { error } of calls) assertNear(error, [0.02, 0, 0]);
    await runtime.dispose();
  });
}

test("a driver that is known to compute on the CPU counts as software, others only without a GPU's device file", () => {
  const only = (file: string) => looksLikeSoftware({ VK_ICD_FILENAMES: file }, "linux");
  assert.equal(only("/usr/share/vulkan/icd.d/lvp_icd.x86_64.json"), true);
  assert.equal(only("/usr/lib/chromium/vk_swiftshader_icd.json"), true);
  assert.equal(
    only("/a/nvidia_icd.json:/a/lvp_icd.json"),
    looksLikeSoftware({ VK_ICD_FILENAMES: "/a/n.json" }, "linux"),
  );
  assert.equal(looksLikeSoftware({}, "darwin"), false);
});
