// The routes of the Open Inference Protocol (KServe v2) over one loaded model, and /metrics.
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Runtime } from "../../runtime/index.ts";
import { failureOf, RequestError } from "./errors.ts";
import { readInferRequest } from "./infer-request.ts";
import { writeInferResponse } from "./infer-response.ts";
import type { Metrics } from "./metrics.ts";
import { serveModel } from "./served-model.ts";

export interface AppOptions {
  readonly version: string;
  /** Bytes. */
  readonly maxBody: number;
  readonly metrics: Metrics;
  /** Whether the server is about to stop: then it takes no further requests for inference. */
  readonly isStopping: () => boolean;
}

export function createApp(runtime: Runtime, { version, maxBody, metrics, isStopping }: AppOptions): Hono {
  const model = serveModel(runtime);
  const app = new Hono();

  app.use(async (c, next) => {
    await next();
    // A client that keeps its connection would otherwise hold up the end.
    if (isStopping()) c.header("Connection", "close");
  });

  app.get("/v2", (c) => c.json({ name: "latentkit", version, extensions: ["binary_tensor_data"] }));
  app.get("/v2/health/live", (c) => c.json({ live: true }));
  app.get("/v2/health/ready", (c) => c.json({ ready: !isStopping() }, isStopping() ? 503 : 200));
  app.get("/v2/models/:name", (c) => {
    const { name, input, outputs } = named(c);
    return c.json({ name, platform: "onnx_onnxruntime", inputs: [input], outputs });
  });
  app.get("/v2/models/:name/ready", (c) =>
    c.json({ name: named(c).name, ready: !isStopping() }, isStopping() ? 503 : 200),
  );
  app.post(
    "/v2/models/:name/infer",
    async (c, next) => {
      const answered = metrics.start();
      await next();
      answered(c.res.status);
    },
    bodyLimit({ maxSize: maxBody, onError: tooLarge }),
    async (c) => {
      if (isStopping()) throw new RequestError(503, "the server is stopping and takes no further requests");
      const { name } = named(c);
      const body = new Uint8Array(await c.req.arrayBuffer());
      const request = readInferRequest(body, c.req.header("Inference-Header-Content-Length"), model);
      // When the client goes away its items need not be computed any more.
      const options = { signal: c.req.raw.signal };
      const results = await model.infer(request.images, new Set(request.outputs.keys()), options);
      metrics.countItems(request.images.shape[0] ?? 0);
      const response = writeInferResponse(name, request, results);
      return c.body(response.body, 200, { ...response.headers });
    },
  );
  app.get("/metrics", async (c) =>
    c.text(await metrics.text(), 200, { "Content-Type": metrics.contentType }),
  );

  app.notFound((c) =>
    c.json({ error: `${c.req.method} ${c.req.path}: there is no such resource; see /v2` }, 404),
  );
  app.onError((error, c) => {
    const { status, message, retryAfter } = failureOf(error);
    return c.json(
      { error: message },
      status,
      retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) },
    );
  });
  return app;

  function named(c: Context): typeof model {
    const name = c.req.param("name");
    if (name === model.name) return model;
    throw new RequestError(404, `there is no model ${name}; this server has ${model.name}`);
  }

  function tooLarge(c: Context): never {
    const length = c.req.header("Content-Length");
    const found = length === undefined ? "more" : `${length} bytes`;
    throw new RequestError(413, `the body holds ${found}; expected at most ${maxBody} bytes`);
  }
}
