// Checks signatures of requests as S3 does (AWS Signature Version 4, in the header), from Amazon's specification.
import { createHash, createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

export interface SignedRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** The code of S3's error; undefined where the request is signed rightly. @param secrets by access key */
export function faultOf(
  request: SignedRequest,
  secrets: Readonly<Record<string, string>>,
): string | undefined {
  const { headers, body } = request;
  const authorization =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/;
  const match = authorization.exec(headers.authorization ?? "");
  if (!match) return "AccessDenied";
  const [, key = "", day = "", region = "", signed = "", signature] = match;
  const secret = secrets[key];
  if (secret === undefined) return "InvalidAccessKeyId";
  const payload = String(headers["x-amz-content-sha256"]);
  if (payload !== hashOf(body)) return "XAmzContentSHA256Mismatch";
  const [path = "", query = ""] = request.url.split("?");
  const canonical = [
    request.method,
    path,
    canonicalQuery(query),
    ...signed.split(";").map((name) => `${name}:${String(headers[name]).trim()}`),
    "",
    signed,
    payload,
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashOf(canonical)].join("\n");
  const signingKey = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(signingKey, toSign).toString("hex") === signature ? undefined : "SignatureDoesNotMatch";
}

function canonicalQuery(query: string): string {
  const pairs = query === "" ? [] : query.split("&").map((pair) => pair.split("="));
  const encode = (text = "") =>
    encodeURIComponent(decodeURIComponent(text)).replace(
      /[!'()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  return pairs
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function hashOf(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}
