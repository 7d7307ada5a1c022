// What workers tell of their shards, as it comes out of Redis.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseReport, type Report } from "../../../../export/features/queue/report.ts";

const report: Report = { worker: "here-1", done: 12, itemsPerSecond: 3.5, limit: "decode" };

test("a report comes back from JSON as it was told, without what it does not have", () => {
  assert.deepEqual(parseReport(JSON.parse(JSON.stringify(report))), report);
  assert.deepEqual(parseReport({ ...report, temperature: 71 }), report);
});

test("what another version tells is no report, and no failure", () => {
  const { limit: _, ...older } = report;
  const others = [
    older,
    { ...report, limit: "upload" },
    { ...report, done: "12" },
    { ...report, done: null },
  ];
  for (const data of [...others, 50, "50 %", null, undefined]) assert.equal(parseReport(data), undefined);
});
