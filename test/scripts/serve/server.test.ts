// The server around the model: metadata, limits, load, metrics, and its end.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { connect } from "node:net";
import { text as textOf } from "node:stream/consumers";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import { startServer } from "../../../scripts/serve/server.ts";
import { slowEncoder } from "../../helpers/tiny-autoencoder.ts";
import { answer, codes, post, tinyInput, tinyServer } from "./tiny-server.ts";

const wanted = { inputs: [tinyInput], outputs: [{ name: "codes" }] };

async function json(url: string) {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

test("metadata and health are those of the protocol", async (t) => {
  const { url } = await tinyServer(t);
  const server = await json(`${url}/v2`);
  assert.equal(server.status, 200);
  const { name, version, extensions } = server.body as Record<string, unknown>;
  assert.deepEqual([name, extensions], ["latentkit", ["binary_tensor_data"]]);
  assert.match(String(version), /^\d+\.\d+\.\d+/);
  assert.deepEqual(await json(`${url}/v2/health/live`), { status: 200, body: { live: true } });
  assert.deepEqual(await json(`${url}/v2/health/ready`), { status: 200, body: { ready: true } });
  assert.deepEqual(await json(`${url}/v2/models/tiny/ready`), {
    status: 200,
    body: { name: "tiny", ready: true },
  });
  assert.deepEqual(await json(`${url}/v2/models/tiny`), {
    status: 200,
    body: {
      name: "tiny",
      platform: "onnx_onnxruntime",
      inputs: [{ name: "input", datatype: "UINT8", shape: [-1, 2, 2, 1] }],
      outputs: [
        { name: "codes", datatype: "FP32", shape: [-1, 2] },
        { name: "reconstruction", datatype: "FP32", shape: [-1, 2, 2, 1] },
        { name: "error", datatype: "FP32", shape: [-1] },
      ],
    },
  });
});

test("another model, and another path, are not found", async (t) => {
  const { url } = await tinyServer(t);
  for (const path of ["/v2/models/big", "/v2/models/big/ready"]) {
    assert.deepEqual(await json(url + path), {
      status: 404,
      body: { error: "there is no model big; this server has tiny" },
    });
  }
  const other = await post(`${url}/v2/models/big/infer`, wanted);
  assert.equal(other.status, 404);
  assert.deepEqual(await json(`${url}/v3`), {
    status: 404,
    body: { error: "GET /v3: there is no such resource; see /v2" },
  });
});

test("a model's name may need escaping in its address", async (t) => {
  const { url } = await tinyServer(t, { package: { manifest: { name: "my model/ü" } } });
  const response = await post(`${url}/v2/models/${encodeURIComponent("my model/ü")}/infer`, wanted);
  assert.equal(response.status, 200);
  assert.equal((await answer(response)).model_name, "my model/ü");
});

test("a body beyond the limit is refused with 413, announced or not, and the server goes on", async (t) => {
  const { infer } = await tinyServer(t, { maxBody: 1000 });
  const large = new Uint8Array(5_000_000);
  const announced = await fetch(infer, { method: "POST", body: large });
  assert.equal(announced.status, 413);
  assert.deepEqual(await announced.json(), {
    error: "the body holds 5000000 bytes; expected at most 1000 bytes",
  });
  const body = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 20; i++) controller.enqueue(new Uint8Array(100));
      controller.close();
    },
  });
  const streamed = await fetch(infer, { method: "POST", body, duplex: "half" } as RequestInit);
  assert.equal(streamed.status, 413);
  assert.deepEqual(await streamed.json(), { error: "the body holds more; expected at most 1000 bytes" });
  assert.equal((await post(infer, wanted)).status, 200);
});

test("many requests at once are answered right, together in few runs", async (t) => {
  const { infer, runtime } = await tinyServer(t, { load: { maxQueueDelay: 200 } });
  const requests = Array.from({ length: 200 }, (_, i) => {
    const data = [i, i, 255 - i, 255 - i];
    return post(infer, {
      id: String(i),
      inputs: [{ ...tinyInput, shape: [1, 2, 2, 1], data }],
      outputs: [{ name: "codes" }],
    });
  });
  for (const [i, response] of (await Promise.all(requests)).entries()) {
    const { id, outputs } = await answer(response);
    assert.equal(id, String(i));
    assert.ok(Math.abs((outputs[0]?.data?.[0] ?? 0) - i / 255) < 1e-6);
    assert.ok(Math.abs((outputs[0]?.data?.[1] ?? 0) - (255 - i) / 255) < 1e-6);
  }
  assert.ok(runtime.stats().batches < 200, `${runtime.stats().batches} runs`);
});

const slow = { package: { encoder: slowEncoder(20) } } as const;

test("beyond the queue's size requests are answered with 503 and when to come again", async (t) => {
  const { infer } = await tinyServer(t, {
    ...slow,
    load: { maxQueueSize: 1, maxBatchSize: 2, inline: false, workers: 1 },
  });
  const responses = await Promise.all(Array.from({ length: 30 }, () => post(infer, wanted)));
  const counts = new Map<number, number>();
  for (const { status } of responses) counts.set(status, (counts.get(status) ?? 0) + 1);
  assert.deepEqual([...counts.keys()].sort(), [200, 503]);
  const refused = responses.find(({ status }) => status === 503);
  assert.ok(refused);
  assert.equal(refused.headers.get("retry-after"), "1");
  assert.match(
    ((await refused.json()) as { error: string }).error,
    /1 calls are waiting already, the maxQueueSize/,
  );
});

test("a request that takes longer than the time-out is answered with 504", async (t) => {
  const { infer } = await tinyServer(t, { ...slow, load: { timeout: 1, inline: false, workers: 1 } });
  const response = await post(infer, wanted);
  assert.equal(response.status, 504);
  assert.match(((await response.json()) as { error: string }).error, /did not end within 1 ms, its timeout/);
});

test("metrics count requests by status, items and runs", async (t) => {
  const { url, infer } = await tinyServer(t);
  await (await post(infer, wanted)).json();
  await (await post(infer, wanted)).json();
  await (await post(infer, {})).json();
  const response = await fetch(`${url}/metrics`);
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const value = (line: string) => Number(text.match(new RegExp(`^${line} (\\S+)$`, "m"))?.[1]);
  assert.equal(value('latentkit_requests_total\\{status="200",model="tiny"\\}'), 2);
  assert.equal(value('latentkit_requests_total\\{status="400",model="tiny"\\}'), 1);
  assert.equal(value('latentkit_items_total\\{model="tiny"\\}'), 4);
  assert.equal(value('latentkit_batched_items_total\\{model="tiny"\\}'), 4);
  assert.equal(value('latentkit_batches_total\\{model="tiny"\\}'), 2);
  assert.equal(value('latentkit_request_seconds_count\\{model="tiny"\\}'), 3);
  assert.equal(value('latentkit_requests_in_flight\\{model="tiny"\\}'), 0);
  assert.ok(value('process_resident_memory_bytes\\{model="tiny"\\}') > 0);
});

/** Waits until the server has read the heads of so many requests that it has not answered. */
async function inFlight(url: string, count: number): Promise<void> {
  const line = `latentkit_requests_in_flight{model="tiny"} ${count}\n`;
  while (!(await (await fetch(`${url}/metrics`)).text()).includes(line)) await setImmediate();
}

test("stopping answers what is in progress, refuses what comes after, then nobody listens", async (t) => {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const server = await tinyServer(t, { held, load: { inline: false, workers: 1 } });
  // A request whose body is still on its way when the server is told to stop.
  const text = JSON.stringify(wanted);
  const late = http.request(server.infer, { method: "POST", headers: { "Content-Length": text.length } });
  late.write(text.slice(0, 10));
  const early = post(server.infer, wanted);
  await inFlight(server.url, 2);

  const stop = server.stop();
  letGo();
  late.end(text.slice(10));
  const answered = await early;
  assert.equal(answered.status, 200);
  const [output] = (await answer(answered)).outputs;
  assert.deepEqual(
    output?.data?.map((value) => Math.round(value * 1e6) / 1e6),
    codes,
  );
  const [lateAnswer] = (await once(late, "response")) as [http.IncomingMessage];
  assert.equal(lateAnswer.statusCode, 200);
  assert.equal(lateAnswer.headers.connection, "close");
  lateAnswer.resume();
  await stop;
  await assert.rejects(fetch(`${server.url}/v2`), { name: "TypeError" });
  await server.stop();
});

test("a connection that is kept gets no further answers of the model once the server stops", async (t) => {
  const server = await tinyServer(t, slow);
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  t.after(() => socket.destroy());
  const text = JSON.stringify(wanted);
  const head = `POST /v2/models/tiny/infer HTTP/1.1\r\nHost: a\r\nContent-Length: ${text.length}\r\n\r\n`;
  socket.write(head + text.slice(0, 5));
  await inFlight(server.url, 1);
  const stop = server.stop();
  // The second request comes on the same connection, right behind the first.
  socket.write(`${text.slice(5)}${head}${text}GET /v2/health/ready HTTP/1.1\r\nHost: a\r\n\r\n`);
  const answers = await textOf(socket);
  assert.match(answers, /^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)*connection: close/i);
  assert.equal(answers.match(/HTTP\/1\.1 200/g)?.length, 1);
  await stop;
});

test("a request that never ends is cut off after the time for draining", async (t) => {
  const server = await tinyServer(t, { drainTimeout: 50 });
  const request = http.request(server.infer, { method: "POST", headers: { "Content-Length": 1000 } });
  request.write("{");
  const failed = once(request, "error");
  await inFlight(server.url, 1);
  await server.stop();
  const [error] = (await failed) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ECONNRESET");
});

test("a port that is taken is told by the system's error", async (t) => {
  const { url, runtime } = await tinyServer(t);
  await assert.rejects(startServer(runtime, { port: Number(new URL(url).port) }), { code: "EADDRINUSE" });
});
