// Images by a pattern, and from a list of paths.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openSource } from "../../../data/index.ts";
import { png } from "../../helpers/png.ts";
import { putFiles } from "../../helpers/put-files.ts";

/** An image of one pixel. */
const dot = (value: number) => png({ width: 1, height: 1, kind: "gray" }, [value]);

const files = {
  "p/a/2.png": dot(2),
  "p/a/10.png": dot(10),
  "p/b/c/3.png": dot(3),
  "p/b/.4.png": dot(4),
  "p/b/5.txt": "no image",
};

async function itemsOf(spec: string) {
  const dataset = await openSource(spec);
  try {
    const pixels = [...(await dataset.read(0, dataset.length))];
    const ids = pixels.map((_, i) => dataset.id?.(i));
    return { ids, pixels, labels: dataset.labels && [...dataset.labels], classNames: dataset.classNames };
  } finally {
    await dataset.close?.();
  }
}

test("a glob takes the files that match, in natural order, by their paths below what has no wildcard", async (t) => {
  const at = await putFiles(t, files);
  const all = { labels: undefined, classNames: undefined };
  assert.deepEqual(await itemsOf(at("p/**/*.png")), {
    ...all,
    ids: ["a/2.png", "a/10.png", "b/c/3.png"],
    pixels: [2, 10, 3],
  });
  assert.deepEqual((await itemsOf(at("p/{a,b}/*.png"))).ids, ["a/2.png", "a/10.png"]);
  assert.deepEqual((await itemsOf(`${at("p/*/1*.png")}?size=1x1&channels=3`)).pixels, [10, 10, 10]);
});

test("a glob that nothing matches is refused by name", async (t) => {
  const at = await putFiles(t, files);
  await assert.rejects(openSource(at("p/**/*.jpg")), {
    name: "EmptyDatasetError",
    message: `${at("p/**/*.jpg")}: no file in ${at("p")} matches **/*.jpg; expected at least 1 item`,
  });
});

test("a folder whose name looks like a pattern is a folder", async (t) => {
  const at = await putFiles(t, { "x[1]/7.png": dot(7) });
  assert.deepEqual((await itemsOf(at("x[1]"))).ids, ["7.png"]);
});

test("a list has paths from its own folder or absolute ones, in its order, with labels after a tab", async (t) => {
  const at = await putFiles(t, {
    ...files,
    "lists/plain.txt": "../p/b/c/3.png\r\n\r\n../p/a/2.png\n",
    "lists/classes.list": "../p/a/10.png\tten\n../p/a/2.png\ttwo\n../p/a/10.png\tten\n",
  });
  assert.deepEqual(await itemsOf(at("lists/plain.txt")), {
    ...{ ids: ["../p/b/c/3.png", "../p/a/2.png"], pixels: [3, 2], labels: undefined, classNames: undefined },
  });
  const { labels, classNames, pixels } = await itemsOf(at("lists/classes.list"));
  assert.deepEqual(
    [labels, classNames, pixels],
    [
      [0, 1, 0],
      ["ten", "two"],
      [10, 2, 10],
    ],
  );
  const absolute = await putFiles(t, { "absolute.txt": `${at("p/a/2.png")}\n` });
  assert.deepEqual((await itemsOf(absolute("absolute.txt"))).ids, [at("p/a/2.png")]);
});

test("a list that is damaged is refused by line, a missing image by its path", async (t) => {
  const at = await putFiles(t, {
    "empty.txt": "\n",
    "half.txt": "1.png\ta\n2.png\n",
    "cells.txt": "1.png\ta\tb\n",
    "gone.txt": "1.png\n",
  });
  await assert.rejects(openSource(at("empty.txt")), { name: "EmptyDatasetError", message: /no path in it/ });
  await assert.rejects(openSource(at("half.txt")), {
    message: `${at("half.txt")}: has labels on 1 of 2 lines; expected a label on all, or on none`,
  });
  await assert.rejects(openSource(at("cells.txt")), {
    message: `${at("cells.txt")}: line 1: is "1.png\\ta\\tb"; expected a path, or a path, a tab and a label`,
  });
  await assert.rejects(openSource(at("gone.txt")), {
    name: "BadItemError",
    message: new RegExp(`^${at("1.png")}: cannot be read`),
  });
});
