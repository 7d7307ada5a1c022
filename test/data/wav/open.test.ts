// .wav files made byte by byte, in every sample format.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { openSource, openWav } from "../../../data/index.ts";
import { python } from "../../helpers/numpy.ts";
import { putFiles } from "../../helpers/put-files.ts";
import { skipWithout } from "../../helpers/requirements.ts";
import { type WavParts, wavBytes } from "../../helpers/wav-files.ts";

const bytes = (array: { readonly buffer: ArrayBufferLike }) => new Uint8Array(array.buffer);
const mono = { format: 1, channels: 1 };

test("every sample format comes out in [-1, 1]", async (t) => {
  const cases: Record<string, [WavParts, number[] | Uint8Array, number[]]> = {
    "8": [{ ...mono, bits: 8 }, [0, 128, 255], [-1, 0, 127 / 128]],
    "16": [{ ...mono, bits: 16 }, bytes(Int16Array.of(-32768, 0, 16384)), [-1, 0, 0.5]],
    "24": [{ ...mono, bits: 24 }, [0, 0, 0x80, 0xff, 0xff, 0xff, 0, 0, 0x40], [-1, -1 / 2 ** 23, 0.5]],
    "32": [{ ...mono, bits: 32 }, bytes(Int32Array.of(-(2 ** 31), 0, 2 ** 29)), [-1, 0, 0.25]],
    float: [
      { ...mono, format: 3, bits: 32 },
      bytes(Float32Array.of(-0.5, 1.5, 0.1)),
      [-0.5, 1, Math.fround(0.1)],
    ],
    double: [{ ...mono, format: 3, bits: 64 }, bytes(Float64Array.of(-2, 0.25, 1)), [-1, 0.25, 1]],
    extensible: [
      { ...mono, format: 0xfffe, subformat: 1, bits: 16 },
      bytes(Int16Array.of(-16384, 8192, 0)),
      [-0.5, 0.25, 0],
    ],
  };
  for (const [name, [parts, samples, expected]] of Object.entries(cases)) {
    const at = await putFiles(t, { [name]: wavBytes(parts, samples) });
    const dataset = await openSource(at(name), { window: 3 });
    assert.deepEqual([dataset.length, dataset.shape, dataset.range], [1, [3, 1], [-1, 1]], name);
    assert.deepEqual(await dataset.read(0, 1), Float32Array.from(expected), name);
    await dataset.close?.();
  }
});

test("windows overlap by hop, channels come last, and a rest that fills no window is left", async (t) => {
  // Frame i is [i, -i] / 128.
  const samples = Array.from({ length: 22 }, (_, i) => 128 + (i % 2 === 0 ? 1 : -1) * Math.floor(i / 2));
  const at = await putFiles(t, {
    "x.wav": wavBytes({ format: 1, channels: 2, bits: 8, before: 5 }, samples),
  });
  const dataset = await openSource(`${at("x.wav")}?window=4&hop=3`);
  assert.deepEqual([dataset.length, dataset.shape], [3, [4, 2]]);
  const window = (first: number) =>
    [0, 1, 2, 3].flatMap((i) => [first + i, -(first + i)]).map((value) => value / 128 + 0);
  const plain = (values: Iterable<number> | undefined) => [...(values ?? [])].map((value) => value + 0);
  assert.deepEqual(plain(await dataset.read(0, 3)), [0, 3, 6].flatMap(window));
  assert.deepEqual(plain(await dataset.gather?.(Uint32Array.of(2, 0, 2))), [6, 0, 6].flatMap(window));
  await dataset.close?.();
  const apart = await openWav(at("x.wav"), { window: 2, hop: 4 });
  assert.equal(apart.length, 3);
  assert.deepEqual(
    plain(await apart.read(1, 3)),
    [4, -4, 5, -5, 8, -8, 9, -9].map((value) => value / 128),
  );
  await apart.close?.();
});

test("a file by Python's wave module is read", { skip: skipWithout(python) }, async (t) => {
  const at = await putFiles(t, {});
  const script = `
import sys, wave, struct
with wave.open(sys.argv[1], "wb") as file:
    file.setnchannels(2); file.setsampwidth(2); file.setframerate(44100)
    file.writeframes(struct.pack("<6h", 0, 8192, -8192, 16384, -32768, 32767))`;
  execFileSync(python.available ? python.python : "", ["-c", script, at("x.wav")]);
  const dataset = await openWav(at("x.wav"), { window: 3 });
  const expected = Float32Array.of(0, 0.25, -0.25, 0.5, -1, 32767 / 32768);
  assert.deepEqual(await dataset.read(0, 1), expected);
  await dataset.close?.();
});

test("a length of all ones, as programs write into a pipe, means to the end", async (t) => {
  const piped = wavBytes({ ...mono, bits: 8, claimed: 0xffffffff }, [1, 2, 3, 4]);
  const at = await putFiles(t, { "x.wav": piped });
  const dataset = await openWav(at("x.wav"), { window: 2 });
  assert.equal(dataset.length, 2);
  await dataset.close?.();
});

test("a window with NaN is named when it is read, or skipped", async (t) => {
  const samples = bytes(Float32Array.of(0, 0, 0, Number.NaN, 0.5, 0.5));
  const at = await putFiles(t, { "x.wav": wavBytes({ ...mono, format: 3, bits: 32 }, samples) });
  const dataset = await openWav(at("x.wav"), { window: 2 });
  await assert.rejects(dataset.read(0, 3), {
    name: "BadItemError",
    message: `${at("x.wav")}: window 1: sample 1 is NaN; expected numbers in [-1, 1]`,
  });
  await dataset.close?.();
  const good = await openWav(at("x.wav"), { window: 2, skipBad: true });
  assert.deepEqual(await good.read(0, 2), Float32Array.of(0, 0, 0.5, 0.5));
  assert.deepEqual(good.skipped, [
    { item: "window 1", reason: "sample 1 is NaN; expected numbers in [-1, 1]" },
  ]);
  await good.close?.();
});

test("files and options that cannot be are refused", async (t) => {
  const whole = wavBytes({ ...mono, bits: 16 }, [1, 2, 3, 4]);
  const at = await putFiles(t, {
    "short.wav": whole,
    "cut.wav": whole.subarray(0, 46),
    "head.wav": whole.subarray(0, 36),
    "riff.wav": whole.subarray(0, 12),
    "text.wav": "not a sound at all",
    "alaw.wav": wavBytes({ format: 6, channels: 1, bits: 8 }, [1, 2]),
    "bits.wav": wavBytes({ ...mono, bits: 12 }, [1, 2]),
    "none.wav": wavBytes({ format: 1, channels: 0, bits: 8 }, [1, 2]),
  });
  const refused = (name: string, message: string, options = {}) =>
    assert.rejects(openWav(at(name), options), { message: `${at(name)}: ${message}` });
  await refused("short.wav", "2 frames, less than a window of 1024; expected a longer sound");
  await refused("cut.wav", "truncated, 2 bytes are missing (has 46 bytes, its header promises 48)");
  await refused("head.wav", 'has no chunk "data"; expected both, format and samples');
  await refused("riff.wav", 'has no chunk "fmt "; expected both, format and samples');
  await refused(
    "text.wav",
    'starts with "not " and "und "; expected a .wav file, starting with "RIFF" and, after its length, "WAVE"',
  );
  const formats = "expected format 1 (PCM) with 8, 16, 24 or 32 bits, or 3 (float) with 32 or 64";
  await refused("alaw.wav", `holds samples of format 6 with 8 bits; ${formats}`);
  await refused("bits.wav", `holds samples of format 1 with 12 bits; ${formats}`);
  await refused("none.wav", "has 0 channels; expected at least 1");
  await refused("short.wav", "hop is 0; expected a whole number, at least 1", { hop: 0 });
  await assert.rejects(openSource(`${at("short.wav")}?size=3x3`), {
    message: `${at("short.wav")}: option is size; expected none of that name here, but name, classNames, skipBad, window, hop`,
  });
});
