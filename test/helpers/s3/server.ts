// A small S3 server over HTTP, in memory, for tests: paths with the bucket first, signatures checked, and failures on demand.
// (No server on npm that runs on Node 20 checks signatures.)
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Scope } from "../file-scope.ts";
import { Bucket, type StoredObject } from "./bucket.ts";
import { faultOf } from "./signature.ts";

export interface S3Request {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

/** `cut`: the connection is closed without an answer; `half`: in the middle of the answer's body. */
export type Fault = number | "cut" | "half" | undefined;

export interface S3Server {
  /** Variables that clients find it by. */
  readonly env: Readonly<Record<string, string>>;
  readonly bucket: Bucket;
  readonly requests: S3Request[];
  /** Called before a request is looked at; what it gives is done instead. */
  fault: (request: S3Request) => Fault;
}

export const BUCKET = "bucket";
const KEYS = { AWS_ACCESS_KEY_ID: "test-key", AWS_SECRET_ACCESS_KEY: "test/secret+of=nobody" };
/** Keys of a page, at most, by the protocol. */
const PAGE = 1000;

const statuses: Readonly<Record<string, number>> = {
  ...{ NoSuchBucket: 404, NoSuchKey: 404, NoSuchUpload: 404, InvalidPart: 400, EntityTooSmall: 400 },
  ...{
    XAmzContentSHA256Mismatch: 400,
    InvalidAccessKeyId: 403,
    SignatureDoesNotMatch: 403,
    AccessDenied: 403,
  },
};

/** Ends with the test. */
export async function startS3Server(scope: Scope): Promise<S3Server> {
  const bucket = new Bucket();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  scope.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const s3: S3Server = {
    env: { ...KEYS, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
    ...{ bucket, requests: [], fault: () => undefined },
  };
  return s3;

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = incoming;
    const { pathname, searchParams: query } = new URL(url, "http://localhost");
    const [, name = "", ...path] = pathname.split("/");
    const request: S3Request = { method, bucket: name, key: decodeURIComponent(path.join("/")), query };
    s3.requests.push(request);
    const fault = s3.fault(request);
    if (fault === "cut") return void incoming.socket.destroy();
    const body = await bodyOf(incoming);
    if (typeof fault === "number") return fail(response, request, fault, "ServiceUnavailable");
    const error = faultOf(
      { method, url, headers, body },
      { [KEYS.AWS_ACCESS_KEY_ID]: KEYS.AWS_SECRET_ACCESS_KEY },
    );
    const code =
      error ?? (name === BUCKET ? perform(request, incoming, body, response, fault) : "NoSuchBucket");
    if (code !== undefined) fail(response, request, statuses[code] ?? 400, code);
  }

  /** Answers, or gives the code of an error. */
  function perform(
    { method, key, query }: S3Request,
    { headers }: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    fault: Fault,
  ): string | undefined {
    const upload = query.get("uploadId");
    const metadata = Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        name.startsWith("x-amz-meta-") ? [[name.slice("x-amz-meta-".length), String(value)]] : [],
      ),
    );
    if (key === "") {
      if (query.has("uploads")) return void send(response, 200, uploadsXml(query.get("prefix") ?? ""));
      return void send(response, 200, listXml(query));
    }
    if (method === "POST" && query.has("uploads")) {
      const id = bucket.begin(key, metadata);
      return void send(
        response,
        200,
        `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    if (method === "POST") {
      const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, number]) =>
        Number(number),
      );
      const code = bucket.complete(upload ?? "", numbers);
      if (code === undefined)
        send(response, 200, "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>");
      return code;
    }
    if (method === "DELETE") {
      if (!bucket.uploads.delete(upload ?? "")) return "NoSuchUpload";
      return void send(response, 204, "");
    }
    if (method === "PUT" && upload !== null) {
      const parts = bucket.uploads.get(upload)?.parts;
      if (!parts) return "NoSuchUpload";
      parts.set(Number(query.get("partNumber")), body);
      return void send(response, 200, "", { etag: `"${query.get("partNumber")}"` });
    }
    if (method === "PUT") return void send(response, 200, "", { etag: bucket.put(key, body, metadata) });
    const object = bucket.objects.get(key);
    if (!object) return "NoSuchKey";
    const told = Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
    response.writeHead(200, {
      etag: object.etag,
      "content-length": object.bytes.length,
      "last-modified": new Date(0).toUTCString(),
      ...Object.fromEntries(told),
    });
    if (method === "HEAD") response.end();
    else if (fault === "half")
      response.write(object.bytes.subarray(0, object.bytes.length / 2), () => response.destroy());
    else response.end(object.bytes);
    return undefined;
  }

  function listXml(query: URLSearchParams): string {
    const after = Buffer.from(query.get("continuation-token") ?? "", "base64url").toString();
    const { entries, isTruncated } = bucket.list(
      query.get("prefix") ?? "",
      query.get("delimiter") ?? "",
      after,
      PAGE,
    );
    const next = Buffer.from(entries.at(-1) ?? "").toString("base64url");
    return [
      `<ListBucketResult><Name>${BUCKET}</Name><IsTruncated>${isTruncated}</IsTruncated>`,
      isTruncated ? `<NextContinuationToken>${next}</NextContinuationToken>` : "",
      ...entries.map((entry) => entryXml(entry, bucket.objects.get(entry))),
      "</ListBucketResult>",
    ].join("");
  }

  function uploadsXml(prefix: string): string {
    const uploads = [...bucket.uploads].filter(([, { key }]) => key.startsWith(prefix));
    const entries = uploads.map(
      ([id, { key }]) => `<Upload><Key>${escapeXml(key)}</Key><UploadId>${id}</UploadId></Upload>`,
    );
    return `<ListMultipartUploadsResult>${entries.join("")}</ListMultipartUploadsResult>`;
  }
}

/** An object, or what keys have in common up to the delimiter. */
function entryXml(entry: string, object: StoredObject | undefined): string {
  const name = escapeXml(entry);
  if (!object) return `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`;
  const { bytes, etag } = object;
  const facts = `<Size>${bytes.length}</Size><ETag>${etag}</ETag><LastModified>${new Date(0).toISOString()}</LastModified>`;
  return `<Contents><Key>${name}</Key>${facts}</Contents>`;
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function fail(response: ServerResponse, { method }: S3Request, status: number, code: string): void {
  const body =
    method === "HEAD" ? "" : `<Error><Code>${code}</Code><Message>${code}, says the test</Message></Error>`;
  send(response, status, body);
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    "content-type": "application/xml",
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

function escapeXml(text: string): string {
  return text.replace(/[<>&]/g, (c) => `&#${c.charCodeAt(0)};`);
}
