// Text tables.
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTable } from "../../../scripts/cli/table.ts";

test("columns line up, numbers to the right, without trailing spaces", () => {
  const columns = [{ title: "metric" }, { title: "value", align: "right" }, { title: "note" }] as const;
  const rows = [
    ["speed", "12,000", "images/s"],
    ["loss", "3", ""],
  ];
  assert.equal(
    formatTable(columns, rows),
    ["metric   value  note", "speed   12,000  images/s", "loss         3"].join("\n"),
  );
});

test("wide characters count as two columns", () => {
  const [, wide, narrow] = formatTable(
    [{ title: "a" }, { title: "b" }],
    [
      ["画像", "x"],
      ["abcd", "x"],
    ],
  ).split("\n");
  assert.equal(wide, "画像  x");
  assert.equal(narrow, "abcd  x");
});
