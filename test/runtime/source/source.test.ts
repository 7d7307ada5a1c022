// Every kind of source gives the same package, and everything that is not whole is refused before it is used.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { zipSync } from "fflate";
import type { Progress } from "../../../runtime/source/files.ts";
import type { Source } from "../../../runtime/source/open.ts";
import { onnxModel } from "../../helpers/onnx-models.ts";
import { answer, folder, type Route, serve } from "../../helpers/static-server.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { tinyEncoder } from "../../helpers/tiny-autoencoder.ts";
import { asFiles, type Contents, read, tinyFiles } from "./tiny-source.ts";

test("a folder, a URL, a zip, chosen files and bytes give the same package", async (t) => {
  const { path, files } = await tinyFiles(t);
  const zip = new Uint8Array(zipSync({ "my model": files }));
  const { origin } = await serve(t, {
    "/models/tiny/": folder(path),
    "/zipped/tiny.zip": answer(zip, "application/zip"),
  });
  const sources: Record<string, Source> = {
    folder: path,
    "file: URL": pathToFileURL(path),
    "URL of the folder": new URL(`${origin}/models/tiny`),
    "URL of latentkit.json": `${origin}/models/tiny/latentkit.json?signature=1`,
    "URL of a zip": new URL(`${origin}/zipped/tiny.zip?signature=1`),
    "bytes of a zip": zip,
    "buffer of a zip": zip.buffer,
    "shared bytes of a zip": sharedCopy(zip),
    "Blob of a zip": new Blob([zip]),
    "File of a zip": new File([zip], "model.zip"),
    "a chosen zip": [new File([zip], "model.ZIP")],
    "chosen files": asFiles(files),
    "record of bytes": files,
    "map of bytes": new Map(Object.entries(files)),
  };
  for (const [kind, source] of Object.entries(sources)) {
    const { manifest, graphs } = await read(source);
    assert.equal(manifest.name, "tiny", kind);
    assert.deepEqual(Object.keys(graphs), ["encoder", "decoder"], kind);
    assert.deepEqual(graphs.encoder, files["encoder.onnx"], kind);
    assert.deepEqual(graphs.decoder, files["decoder.onnx"], kind);
  }
});

test("a file chosen within a folder is found where latentkit.json is", async (t) => {
  const { files } = await tinyFiles(t);
  const chosen = asFiles(files).map((file) =>
    Object.defineProperty(file, "webkitRelativePath", { value: `models/tiny/${file.name}` }),
  );
  const other = Object.defineProperty(new File(["{}"], "latentkit.json"), "webkitRelativePath", {
    value: "models/tiny/older/latentkit.json",
  });
  assert.equal((await read([other, ...chosen])).manifest.name, "tiny");
});

test("whatever the source, a changed, a short and a missing file are told apart", async (t) => {
  const { files } = await tinyFiles(t);
  const size = files["decoder.onnx"].length;
  const changed = Uint8Array.from(files["decoder.onnx"]);
  changed[50] = (changed[50] ?? 0) ^ 1;
  const spoilt = (decoder: Uint8Array<ArrayBuffer>): Contents => ({ ...files, "decoder.onnx": decoder });
  const { "decoder.onnx": _, ...missing } = files;

  const kinds: Record<string, (files: Record<string, Uint8Array<ArrayBuffer>>) => Promise<[Source, string]>> =
    {
      bytes: async (files) => [files, "decoder.onnx"],
      zip: async (files) => [new Uint8Array(zipSync(files)), "the given zip: decoder.onnx"],
      url: async (files) => {
        const routes = Object.entries(files).map(([name, bytes]): [string, Route] => [
          `/${name}`,
          answer(bytes, "application/octet-stream"),
        ]);
        const { origin } = await serve(t, Object.fromEntries(routes));
        return [new URL(origin), `${origin}/decoder.onnx`];
      },
    };
  for (const [kind, make] of Object.entries(kinds)) {
    const refused = async (files: Record<string, Uint8Array<ArrayBuffer>>, name: string, message: string) => {
      const [source, where] = await make(files);
      const pattern = new RegExp(`^${where.replace(/[.?]/g, "\\$&")}: ${message}$`);
      await assert.rejects(read(source), { name, message: pattern });
    };
    await refused(
      spoilt(changed),
      "IntegrityError",
      "sha256 is [0-9a-f]{64}; expected [0-9a-f]{64} by its manifest",
    );
    await refused(
      spoilt(changed.slice(0, -1)),
      "IntegrityError",
      `has ${size - 1} bytes; expected ${size} by its manifest`,
    );
    if (kind === "url") {
      await refused(missing, "SourceError", "the server answered 404; expected the package's decoder.onnx");
    } else {
      await refused(missing, "IntegrityError", "no such file; expected the decoder by its manifest");
    }
  }
});

test("a source without latentkit.json is no package", async (t) => {
  const { files } = await tinyFiles(t);
  const { "latentkit.json": _, ...rest } = files;
  for (const source of [rest, new Uint8Array(zipSync(rest)), await temporaryFolder(t)] as Source[]) {
    await assert.rejects(read(source), {
      name: "ManifestError",
      message: /latentkit\.json: no such file; expected a package that latentkit wrote$/,
    });
  }
});

test("what a URL gives instead of a package is named", async (t) => {
  const { files } = await tinyFiles(t);
  const larger = new Uint8Array(files["encoder.onnx"].length + 1);
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const { origin } = await serve(t, {
    "/page/": answer("<!doctype html><title>Home</title>", "text/html; charset=utf-8"),
    "/text/": answer("<!doctype html>", "application/json"),
    "/down/": answer("busy", "text/plain", 503),
    "/large/latentkit.json": answer(files["latentkit.json"], "application/json"),
    "/large/encoder.onnx": answer(larger, "application/octet-stream"),
    "/endless/": (_rest, response) => {
      response.once("close", end);
      response.writeHead(500).write("busy");
    },
    "/cut/": (_rest, response) => {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 100 });
      response.write("{", () => response.destroy());
    },
  });
  const refused = (url: string, name: string, message: string | RegExp) =>
    assert.rejects(read(url), { name, message });
  await refused(
    `${origin}/page`,
    "SourceError",
    `${origin}/page/latentkit.json: is an HTML page, as servers may give where there is no such file; ` +
      "expected the package's latentkit.json",
  );
  await refused(`${origin}/text/`, "ManifestError", /\/text\/latentkit\.json: is not JSON \(.*\)$/);
  await refused(
    `${origin}/down/`,
    "SourceError",
    `${origin}/down/latentkit.json: the server answered 503; expected the package's latentkit.json`,
  );
  await refused(
    `${origin}/large/`,
    "IntegrityError",
    `${origin}/large/encoder.onnx: has at least ${larger.length} bytes; expected at most ${larger.length - 1}`,
  );
  await refused(
    `${origin}/endless/`,
    "SourceError",
    `${origin}/endless/latentkit.json: the server answered 500; expected the package's latentkit.json`,
  );
  // What comes of it is not waited for.
  await ended;
  await refused(`${origin}/cut/`, "UnreachableError", /\/cut\/latentkit\.json: cannot be fetched \(.+\)/);
  await refused(
    "http://127.0.0.1:1/",
    "UnreachableError",
    /^http:\/\/127\.0\.0\.1:1\/latentkit\.json: cannot be/,
  );
});

test("progress of a download adds up to each file's size, and a signal ends it", async (t) => {
  const { path, files } = await tinyFiles(t);
  const { origin } = await serve(t, { "/": folder(path) });
  const last = new Map<string, Progress>();
  const seen: Progress[] = [];
  await read(origin, {
    onProgress: (progress) => {
      seen.push(progress);
      last.set(progress.file, progress);
    },
  });
  for (const name of ["encoder.onnx", "decoder.onnx"] as const) {
    const { length } = files[name];
    assert.deepEqual(last.get(name), { file: name, loaded: length, total: length });
  }
  assert.ok(seen.every(({ loaded, total }) => total === 0 || loaded <= total));

  const controller = new AbortController();
  const reason = new Error("the reader left");
  const reading = read(origin, { signal: controller.signal, onProgress: () => controller.abort(reason) });
  await assert.rejects(reading, (error) => error === reason);
  await assert.rejects(read(path, { signal: AbortSignal.abort(reason) }), (error) => error === reason);
  const bug = new Error("a bar that is not there");
  const failing = read(origin, {
    onProgress: () => {
      throw bug;
    },
  });
  await assert.rejects(failing, (error) => error === bug);
});

test("more bytes than maxBytes are refused before they are read", async (t) => {
  const { files } = await tinyFiles(t);
  const total = files["encoder.onnx"].length + files["decoder.onnx"].length;
  await assert.rejects(read(files, { maxBytes: total - 1 }), {
    name: "SourceError",
    message: `latentkit.json: its files hold ${total} bytes; expected at most ${total - 1}`,
  });
  assert.equal((await read(files, { maxBytes: total })).manifest.name, "tiny");
  const zip = new File([new Uint8Array(zipSync(files))], "big.zip");
  await assert.rejects(read(zip, { maxBytes: 10 }), {
    message: `big.zip: has ${zip.size} bytes; expected at most 10`,
  });
  for (const bytes of [await zip.arrayBuffer(), new Uint8Array(await zip.arrayBuffer())]) {
    await assert.rejects(read(bytes, { maxBytes: 10 }), {
      name: "SourceError",
      message: `the given zip: has ${zip.size} bytes; expected at most 10`,
    });
  }
  const path = join(await temporaryFolder(t), "big.zip");
  await writeFile(path, new Uint8Array(await zip.arrayBuffer()));
  await assert.rejects(read(path, { maxBytes: 10 }), {
    message: `${path}: has ${zip.size} bytes; expected at most 10`,
  });
});

test("names that lead out of a package are refused in bytes and in manifests", async (t) => {
  const { files } = await tinyFiles(t);
  await assert.rejects(read({ ...files, "../evil": new Uint8Array(1) }), {
    name: "SourceError",
    message: 'the given files: holds "../evil"; expected paths within it, without ..',
  });
  const json = new TextDecoder().decode(files["latentkit.json"]);
  for (const path of ["../encoder.onnx", "/encoder.onnx", "C:\\encoder.onnx"]) {
    const altered = json.replace('"encoder.onnx"', JSON.stringify(path));
    assert.notEqual(altered, json);
    await assert.rejects(read({ ...files, "latentkit.json": new TextEncoder().encode(altered) }), {
      name: "ManifestError",
      message: /files\.0\.path is .*; expected a file name without folders$/,
    });
  }
});

test("things of no known kind are refused", async () => {
  const wanted = "expected a path or URL of a package, a zip, files, or bytes by file name";
  for (const source of [5, null, undefined, true]) {
    await assert.rejects(read(source as unknown as Source), {
      name: "OptionError",
      message: `source is ${source}; ${wanted}`,
    });
  }
  await assert.rejects(read([1, 2] as unknown as Source), { name: "OptionError" });
  await assert.rejects(read(new URL("ftp://example.org/model")), {
    message: "source is ftp://example.org/model; expected https: or http:",
  });
  await assert.rejects(read({ "latentkit.json": "{}" } as unknown as Source), {
    name: "SourceError",
    message: 'latentkit.json is "{}"; expected a Uint8Array',
  });
});

test("the graphs that are read are those that were checked, whatever the caller does to his bytes", async (t) => {
  const { files } = await tinyFiles(t);
  const { graphs } = await read(files);
  files["encoder.onnx"].fill(0);
  assert.deepEqual(graphs.encoder, new Uint8Array(onnxModel(tinyEncoder)));
});

function sharedCopy(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
