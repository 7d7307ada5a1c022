// Options of sources, from code and from a spec's query.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OptionKinds } from "../../data/options.ts";
import {
  choice,
  dimensions,
  flag,
  names,
  range,
  readOptions,
  text,
  textOrFalse,
  wholeNumber,
} from "../../data/options.ts";

interface All {
  text?: string;
  flag?: boolean;
  names?: readonly string[];
  labels?: string | false;
  range?: readonly [number, number];
  size?: readonly number[];
  hop?: number;
  channels?: 1 | 3;
}

const kinds: OptionKinds<All> = {
  text,
  flag,
  names,
  labels: textOrFalse,
  range,
  size: dimensions("height x width, such as 64x64", 2),
  hop: wholeNumber(1),
  channels: choice(1, 3),
};

const read = (given: Record<string, unknown>) => readOptions("s", kinds, given);

test("typed values and their spelling in a query give the same options", () => {
  const typed: All = {
    text: "x",
    flag: true,
    names: ["a", "b"],
    labels: false,
    range: [-1, 2.5],
    size: [64, 32],
    hop: 512,
    channels: 3,
  };
  assert.deepEqual(read({ ...typed }), typed);
  const spelled = {
    text: "x",
    flag: "true",
    names: "a,b",
    labels: "false",
    range: "-1,2.5",
    size: "64x32",
    hop: "512",
    channels: "3",
  };
  assert.deepEqual(read(spelled), typed);
});

test("a flag is true where it is only named", () => {
  assert.deepEqual(read({ flag: "" }), { flag: true });
  assert.deepEqual(read({ flag: "false" }), { flag: false });
});

test("undefined is not given", () => {
  assert.deepEqual(read({ hop: undefined, foreign: undefined }), {});
});

test("a value of another kind is refused with the source, the value and what would be right", () => {
  const refused = (given: Record<string, unknown>, message: string) =>
    assert.throws(() => read(given), { name: "DataOptionError", message });
  refused({ size: "64" }, "s: size is 64; expected height x width, such as 64x64");
  refused({ size: "64x64x3" }, "s: size is 64x64x3; expected height x width, such as 64x64");
  refused({ size: [0, 64] }, "s: size is 0,64; expected height x width, such as 64x64");
  refused({ hop: "0" }, "s: hop is 0; expected a whole number, at least 1");
  refused({ hop: "1.5" }, "s: hop is 1.5; expected a whole number, at least 1");
  refused({ hop: "" }, "s: hop is ; expected a whole number, at least 1");
  refused({ channels: 2 }, "s: channels is 2; expected one of 1, 3");
  refused(
    { range: "3,3" },
    "s: range is 3,3; expected lowest and highest value, lowest < highest, such as 0,255",
  );
  refused({ flag: "yes" }, "s: flag is yes; expected true or false");
  refused({ names: "a,,b" }, "s: names is a,,b; expected names with commas between them");
  refused({ text: 5 }, "s: text is 5; expected a text");
});

test("an option that the source does not have is refused with those it has", () => {
  assert.throws(() => read({ windw: 3 }), {
    name: "DataOptionError",
    message:
      "s: option is windw; expected none of that name here, but text, flag, names, labels, range, size, hop, channels",
  });
});
