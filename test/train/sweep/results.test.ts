// The table of a sweep's results as CSV.
import assert from "node:assert/strict";
import test from "node:test";
import Papa from "papaparse";
import { bestOf, resultsCsv, type TrialResult } from "../../../train/sweep/results.ts";

const result = (fields: Partial<TrialResult>): TrialResult => ({
  ...{ trial: 1, values: {}, state: "finished", folder: "trials/1", epochs: 3, loss: 0.5 },
  ...{ validationLoss: null, score: 0.5, seconds: 1.25, reason: null },
  ...fields,
});

test("CSV has a column per path, and quotes what holds commas, quotes or line breaks", () => {
  const results = [
    result({ values: { "model.hidden": [64, 32], "model.activation": "elu" } }),
    result({
      ...{ trial: 2, values: { "model.hidden": [8], "model.activation": "relu" }, state: "failed" },
      ...{ loss: null, score: null, reason: 'it said "no",\nthen ended' },
    }),
  ];
  const text = resultsCsv(results);
  assert.equal(
    text,
    [
      "trial,model.hidden,model.activation,state,epochs,loss,validationLoss,score,seconds,reason",
      '1,"[64,32]",elu,finished,3,0.5,,0.5,1.25,',
      '2,[8],relu,failed,3,,,,1.25,"it said ""no"",\nthen ended"',
      "",
    ].join("\n"),
  );
  const { data, errors } = Papa.parse<string[]>(text, { skipEmptyLines: true });
  assert.deepEqual(errors, []);
  assert.deepEqual(data[2]?.at(-1), 'it said "no",\nthen ended');
});

test("the best is the finished trial with the lowest score, of two alike the earlier", () => {
  const trials = [
    result({ trial: 1, score: 3 }),
    result({ trial: 2, score: 1, state: "dropped" }),
    result({ trial: 3, score: 2 }),
    result({ trial: 4, score: 2 }),
    result({ trial: 5, score: null, state: "failed" }),
  ];
  assert.equal(bestOf(trials)?.trial, 3);
  assert.equal(bestOf(trials.slice(4)), null);
});
