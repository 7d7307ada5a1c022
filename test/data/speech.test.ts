// Recorded speech against what `file` and Debian's package say of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openSource } from "../../data/index.ts";
import { speechIn } from "../../data/speech.ts";
import { requirements } from "../../scripts/setup/requirements.ts";
import { putFiles } from "../helpers/put-files.ts";
import { skipWithout } from "../helpers/requirements.ts";
import { wavBytes } from "../helpers/wav-files.ts";

const found = requirements.recordedSpeech.find();

test("speech is a text of 73 seconds at 8 kHz, and another of 30 for tests", {
  skip: skipWithout(found),
}, async () => {
  for (const [spec, name, frames] of [
    ["speech", "speech:train", 586_790],
    ["speech:train", "speech:train", 586_790],
    ["speech:test", "speech:test", 242_214],
  ] as const) {
    const sound = await openSource(spec, { window: 1 });
    const { length, shape, range, sampleRate } = sound;
    assert.deepEqual(
      { name: sound.name, length, shape, range, sampleRate },
      { name, length: frames, shape: [1, 1], range: [-1, 1], sampleRate: 8000 },
    );
    await sound.close?.();
  }
});

test("speech takes the options of sounds", { skip: skipWithout(found) }, async () => {
  const windows = await openSource("speech:test?window=256&hop=128");
  assert.deepEqual([windows.shape, windows.length], [[256, 1], Math.floor((242_214 - 256) / 128) + 1]);
  await windows.close?.();
  await assert.rejects(openSource("speech?size=3"), { name: "DataOptionError" });
});

test("a part that speech does not have is refused with those it has", async () => {
  await assert.rejects(openSource("speech:dev"), {
    name: "UnknownSourceError",
    message: 'source "speech:dev": speech has no such part; known sources: speech, speech:train, speech:test',
  });
});

test("the first folder that has the text is read; where none has it, one is told how to get it", async (t) => {
  const at = await putFiles(t, {
    "has/demo-instruct.wav": wavBytes({ format: 1, channels: 1, bits: 8 }, [128, 255, 0]),
  });
  const source = speechIn([at("none"), at("has")]);
  const windows = await source.open("speech:train", { window: 3 });
  assert.deepEqual(await windows.read(0, 1), Float32Array.of(0, 127 / 128, -1));
  await windows.close?.();
  await assert.rejects(source.open("speech:test", {}), {
    name: "MissingFileError",
    message:
      `speech:test: there is no demo-congrats.wav in ${at("none")} or ${at("has")}; expected Asterisk's English ` +
      "sounds: apt-get install asterisk-core-sounds-en-wav; or the path of a .wav file instead",
  });
});
