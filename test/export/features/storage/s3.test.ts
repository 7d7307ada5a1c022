// A bucket as storage, against a server that speaks S3: what comes and goes, what is tried again, and what is said.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { before, beforeEach, test } from "node:test";
import { openStorage } from "../../../../export/features/storage/open.ts";
import { connect } from "../../../../export/features/storage/s3/client.ts";
import { download } from "../../../../export/features/storage/s3/download.ts";
import { s3Storage } from "../../../../export/features/storage/s3/storage.ts";
import { fileScope } from "../../../helpers/file-scope.ts";
import { type Fault, type S3Server, startS3Server } from "../../../helpers/s3/server.ts";
import { faultOf } from "../../../helpers/s3/signature.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

const PART_SIZE = 5 * 2 ** 20;

let server: S3Server;

before(async () => {
  server = await startS3Server(fileScope);
  // Copies that lie in a folder of their own can be counted.
  process.env.TMPDIR = await temporaryFolder(fileScope);
});

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, server.env);
  server.bucket.objects.clear();
  server.bucket.uploads.clear();
  server.requests.length = 0;
  server.fault = () => undefined;
});

const putText = (storage: ReturnType<typeof openStorage>, name: string, text: string) =>
  storage.put([name], async ([path = ""]) => writeFile(path, text));

test("the server of these tests checks signatures as Amazon's own example asks for", () => {
  const empty = createHash("sha256").digest("hex");
  const signed = (signature: string) => ({
    ...{ method: "GET", url: "/test.txt", body: new Uint8Array() },
    headers: {
      host: "examplebucket.s3.amazonaws.com",
      range: "bytes=0-9",
      "x-amz-content-sha256": empty,
      "x-amz-date": "20130524T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
        `SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=${signature}`,
    },
  });
  const secrets = { AKIAIOSFODNN7EXAMPLE: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
  const published = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
  assert.equal(faultOf(signed(published), secrets), undefined);
  assert.equal(faultOf(signed(published.replace("f", "0")), secrets), "SignatureDoesNotMatch");
});

test("files that are put are in the bucket under their prefix, and can be listed, summed and fetched", async () => {
  const storage = openStorage("s3://bucket/sets/a b+ü/");
  assert.deepEqual(
    [await storage.list(), await storage.sum("x"), await storage.fetch("x")],
    [[], undefined, undefined],
  );
  const result = await storage.put(["x.txt", "y.txt"], async ([x = "", y = ""]) => {
    await writeFile(x, "first");
    await writeFile(y, "second");
    assert.deepEqual(await storage.list(), []);
    return 7;
  });
  assert.equal(result, 7);
  await putText(storage, "x.txt", "third");
  await putText(openStorage("s3://bucket/sets/a b+ü/inner"), "z.txt", "");
  assert.deepEqual(
    [...server.bucket.objects].map(([key, { bytes }]) => [key, Buffer.from(bytes).toString()]),
    [
      ["sets/a b+ü/x.txt", "third"],
      ["sets/a b+ü/y.txt", "second"],
      ["sets/a b+ü/inner/z.txt", ""],
    ],
  );
  assert.deepEqual([...(await storage.list())].sort(), ["inner/", "x.txt", "y.txt"]);
  const sha256 = createHash("sha256").update("third").digest("hex");
  assert.deepEqual(await storage.sum("x.txt"), { bytes: 5, sha256 });
  assert.equal(
    server.requests.filter(({ method }) => method === "GET").some(({ key }) => key.endsWith("x.txt")),
    false,
  );
  const path = (await storage.fetch("x.txt")) ?? "";
  assert.equal(await readFile(path, "utf8"), "third");
  await storage.release(path);
  assert.deepEqual(await readdir(tmpdir()), []);
});

test("a file that came by another way is summed by reading it", async () => {
  server.bucket.put("x", Buffer.from("theirs"));
  const sha256 = createHash("sha256").update("theirs").digest("hex");
  assert.deepEqual(await openStorage("s3://bucket").sum("x"), { bytes: 6, sha256 });
});

test("where writing fails, what was there stays and no copy is left", async () => {
  const storage = openStorage("s3://bucket/set");
  await putText(storage, "x.txt", "old");
  const failing = storage.put(["x.txt"], async ([path = ""]) => {
    await writeFile(path, "half of the n");
    throw new Error("out of luck");
  });
  await assert.rejects(failing, { message: "out of luck" });
  assert.equal(Buffer.from(server.bucket.objects.get("set/x.txt")?.bytes ?? []).toString(), "old");
  assert.deepEqual(await readdir(tmpdir()), []);
});

test("a large file is sent in parts, each of them again where it fails", async () => {
  const bytes = Uint8Array.from({ length: 2 * PART_SIZE + 1000 }, (_, i) => i * 7 + (i >> 12));
  let faults = 0;
  server.fault = ({ query }) =>
    query.get("partNumber") === "2" && faults++ < 2 ? (["cut", 503] as const)[faults - 1] : undefined;
  const storage = s3Storage("s3://bucket/set", { partSize: PART_SIZE });
  await storage.put(["big"], async ([path = ""]) => writeFile(path, bytes));
  assert.deepEqual(Buffer.from(server.bucket.objects.get("set/big")?.bytes ?? []).compare(bytes), 0);
  assert.equal(server.bucket.uploads.size, 0);
  const numbers = server.requests
    .map(({ query }) => query.get("partNumber"))
    .filter((number) => number !== null);
  assert.deepEqual(numbers.sort(), ["1", "2", "2", "2", "3"]);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  assert.deepEqual(await storage.sum("big"), { bytes: bytes.length, sha256 });
});

test("where a part can't be sent, there is no object, and the parts before it are given up", async () => {
  process.env.AWS_MAX_ATTEMPTS = "1";
  server.fault = ({ query }) => (query.get("partNumber") === "2" ? 503 : undefined);
  const storage = s3Storage("s3://bucket/set", { partSize: PART_SIZE });
  const failing = storage.put(["big"], async ([path = ""]) => writeFile(path, new Uint8Array(PART_SIZE + 1)));
  await assert.rejects(failing, {
    name: "FeatureStorageError",
    message:
      "s3://bucket/set: the store answered 503 ServiceUnavailable: ServiceUnavailable, says the test; " +
      "nothing of it was kept, run the same again later",
  });
  assert.deepEqual([server.bucket.objects.size, server.bucket.uploads.size], [0, 0]);
});

test("unfinished uploads of killed writers are tidied away, those of another set are not", async () => {
  server.bucket.begin("set/part-00000.parquet", {});
  server.bucket.begin("other/part-00000.parquet", {});
  await openStorage("s3://bucket/set").tidy();
  assert.deepEqual(
    [...server.bucket.uploads.values()].map(({ key }) => key),
    ["other/part-00000.parquet"],
  );
});

test("more names than fit a page are all listed", async () => {
  for (let i = 0; i < 2345; i++) server.bucket.put(`set/${i}`, new Uint8Array());
  server.bucket.put("other/x", new Uint8Array());
  const names = await openStorage("s3://bucket/set").list();
  assert.deepEqual(new Set(names), new Set(Array.from({ length: 2345 }, (_, i) => String(i))));
  assert.equal(server.requests.length, 3);
});

test("busy servers and cut connections are tried again", async () => {
  const storage = openStorage("s3://bucket/set");
  const faultsBefore = (...faults: Fault[]) => {
    server.fault = () => faults.shift();
  };
  faultsBefore(503, "cut", 500);
  await putText(storage, "x", "0123456789");
  faultsBefore("cut", "half", "half");
  const path = (await storage.fetch("x")) ?? "";
  assert.equal(await readFile(path, "utf8"), "0123456789");
  await storage.release(path);
  server.fault = () => "half";
  await assert.rejects(storage.fetch("x"), {
    name: "FeatureStorageError",
    message: /^s3:\/\/bucket\/set\/x: was cut off 4 times while it was read \(.+\); try again later$/,
  });
  assert.deepEqual(await readdir(tmpdir()), []);
});

test("a disk that is full is not taken for a connection that was cut off", {
  skip: !existsSync("/dev/full"),
}, async () => {
  server.bucket.put("x", Buffer.from("0123456789"));
  const connection = await connect("s3://bucket");
  await assert.rejects(download(connection, { Bucket: "bucket", Key: "x" }, "/dev/full", "s3://bucket/x"), {
    name: "WriteError",
    message: /^\/dev: can't be written: ENOSPC: .+; make room there, or choose another place$/,
  });
  assert.equal(server.requests.length, 1);
});

test("what a store refuses, and what is not set, is said without secrets", async () => {
  process.env.AWS_MAX_ATTEMPTS = "1";
  const endpoint = process.env.AWS_ENDPOINT_URL as string;
  const refused = async (message: string, env: NodeJS.ProcessEnv, address = "s3://bucket/set") => {
    const before = { ...process.env };
    for (const [name, value] of Object.entries(env)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    const storage = openStorage(address);
    for (const asked of [() => storage.list(), () => storage.fetch("x"), () => putText(storage, "x", "x")])
      await assert.rejects(asked, { name: "FeatureStorageError", message: `${address}: ${message}` });
    for (const name of Object.keys(env)) process.env[name] = before[name];
  };
  await refused(`there is no such bucket at ${endpoint}; make it, or name another`, {}, "s3://nobody/set");
  await refused("the secret key does not belong to the access key; check AWS_SECRET_ACCESS_KEY", {
    AWS_SECRET_ACCESS_KEY: "wrong",
  });
  await refused(`${endpoint} does not know the access key; check AWS_ACCESS_KEY_ID`, {
    AWS_ACCESS_KEY_ID: "nobody",
  });
  await refused(
    "no keys were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in AWS_PROFILE",
    {
      ...{ AWS_ACCESS_KEY_ID: undefined, AWS_EC2_METADATA_DISABLED: "true" },
      ...{ AWS_SHARED_CREDENTIALS_FILE: "nothing", AWS_CONFIG_FILE: "nothing" },
    },
  );
  await refused(
    "http://127.0.0.1:9 can't be reached (ECONNREFUSED); check AWS_ENDPOINT_URL and the network",
    {
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
    },
  );
  await refused(
    "http://nowhere.invalid can't be reached (ENOTFOUND); check AWS_ENDPOINT_URL and the network",
    {
      AWS_ENDPOINT_URL: "http://nowhere.invalid",
    },
  );
  await refused(
    "no region is set; set AWS_REGION to the bucket's, or AWS_ENDPOINT_URL to the store's address",
    {
      ...{ AWS_ENDPOINT_URL: undefined, AWS_CONFIG_FILE: "nothing" },
    },
  );
});

test("addresses that are none are refused before anything is done", () => {
  const refused = (address: string, wanted = "s3://bucket or s3://bucket/prefix") =>
    assert.throws(() => openStorage(address), {
      name: "FeatureOptionError",
      message: `storage is "${address}"; expected ${wanted}`,
    });
  for (const address of ["s3://", "s3:///x", "s3://a", "s3://bucket/a//b", "s3://bucket/../b"])
    refused(address);
  refused("gs://bucket", "a folder, s3://bucket or s3://bucket/prefix");
});
