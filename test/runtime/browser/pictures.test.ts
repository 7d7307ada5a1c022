// A picture gives the same code in Chromium and in Node, whatever it comes as.
import assert from "node:assert/strict";
import { test } from "node:test";
import sharp, { type Sharp } from "sharp";
import type { LoadOptions } from "../../../runtime/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { openRuntimePage, skipWithoutChromium } from "../../helpers/chromium.ts";
import { fileScope } from "../../helpers/file-scope.ts";
import { writePicturePackage } from "../../helpers/picture-autoencoder.ts";
import { answer, folder, type Route } from "../../helpers/static-server.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const skip = skipWithoutChromium();
const WITHIN = 1e-3;

/** Smooth colours and, if asked for, transparency. */
function painting(width: number, height: number, channels: 3 | 4 = 3): Sharp {
  const data = Buffer.alloc(width * height * channels);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width, y / height];
      data[at++] = 255 * u;
      data[at++] = 128 + 127 * Math.sin(12 * v);
      data[at++] = 255 * u * v;
      if (channels === 4) data[at++] = 255 * Math.abs(Math.cos(5 * u + 3 * v));
    }
  }
  return sharp(data, { raw: { width, height, channels } });
}

const files: Readonly<Record<string, () => Promise<Buffer>>> = {
  "rgb.png": () => painting(90, 60).png().toBuffer(),
  "small.png": () => painting(10, 12).png().toBuffer(),
  "exact.png": () => painting(16, 16).png().toBuffer(),
  "alpha.png": () => painting(70, 50, 4).png().toBuffer(),
  "palette.png": () => painting(64, 80).png({ palette: true, colours: 16 }).toBuffer(),
  "gray.png": () => painting(40, 40).toColourspace("b-w").png().toBuffer(),
  "sixteen.png": () => painting(40, 30).toColourspace("rgb16").png().toBuffer(),
  "profile.png": () => painting(40, 30).withIccProfile("p3").png().toBuffer(),
  "turned.jpg": () =>
    painting(80, 48)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
      .toBuffer(),
  "lossless.webp": () => painting(50, 50, 4).webp({ lossless: true }).toBuffer(),
};

let opened: ReturnType<typeof open> | undefined;

/** One page for all tests. */
function openGallery(): ReturnType<typeof open> {
  opened ??= open();
  return opened;
}

async function open() {
  const root = await temporaryFolder(fileScope);
  const path = await writePicturePackage(root);
  const made = await Promise.all(
    Object.entries(files).map(async ([name, make]) => [name, await make()] as const),
  );
  const routes = made.map(([name, bytes]): [string, Route] => [`/${name}`, answer(bytes, "image/unknown")]);
  const { page } = await openRuntimePage(fileScope, {
    routes: { "/package/": folder(path), ...Object.fromEntries(routes) },
  });
  return { page, path, pictures: new Map(made) };
}

async function inNode(
  path: string,
  pictures: Iterable<Buffer>,
  options: LoadOptions = {},
): Promise<number[]> {
  const runtime = await loadRuntime(path, { inline: true, ...options });
  const { data } = await runtime.encode([...pictures]);
  await runtime.dispose();
  return [...data];
}

function assertClose(found: readonly number[], wanted: readonly number[], names: readonly string[]): void {
  assert.equal(found.length, wanted.length);
  const size = wanted.length / names.length;
  found.forEach((value, i) => {
    const difference = Math.abs(value - (wanted[i] as number));
    assert.ok(difference <= WITHIN, `${names[Math.floor(i / size)]} differs by ${difference}`);
  });
}

test("encoded files of every kind give Node's codes, with each way of fitting", { skip }, async () => {
  const { page, path, pictures } = await openGallery();
  const names = [...pictures.keys()];
  for (const options of [{}, { fit: "contain", background: "black" }, { fit: "stretch" }] as const) {
    const found = await page.evaluate(
      async ({ names, options }) => {
        const runtime = await latentkit.loadRuntime("/package/", { ...options, device: "wasm" });
        const blobs = await Promise.all(names.map(async (name) => (await fetch(`/${name}`)).blob()));
        const codes = await runtime.encode(blobs);
        await runtime.dispose();
        return [...codes.data];
      },
      { names, options },
    );
    assertClose(found, await inNode(path, pictures.values(), options), names);
  }
});

test("elements, bitmaps, frames, canvases and pixels give the code of the file that they show", {
  skip,
}, async () => {
  const { page, path, pictures } = await openGallery();
  const rgb = pictures.get("rgb.png") as Buffer;
  const found = await page.evaluate(async () => {
    const runtime = await latentkit.loadRuntime("/package/", { device: "wasm" });
    const blob = await (await fetch("/rgb.png")).blob();
    const image = new Image();
    image.src = "/rgb.png";
    await image.decode();
    const bitmap = await createImageBitmap(blob);
    const canvas = document.createElement("canvas");
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    const context = canvas.getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    const offscreen = new OffscreenCanvas(bitmap.width, bitmap.height);
    offscreen.getContext("2d")?.drawImage(bitmap, 0, 0);
    const pixels = context?.getImageData(0, 0, bitmap.width, bitmap.height);
    if (!pixels) throw new Error("no pixels");
    const given = {
      image,
      bitmap,
      canvas,
      offscreen,
      pixels,
      frame: new VideoFrame(bitmap, { timestamp: 0 }),
      file: new File([blob], "rgb.png"),
    };
    const codes: Record<string, number[]> = {};
    for (const [name, picture] of Object.entries(given))
      codes[name] = [...(await runtime.encode(picture)).data];
    const { data } = await runtime.encode([image, pixels, new Uint8Array(16 * 16 * 3)]);
    await runtime.dispose();
    return { codes, mixed: [...data], width: bitmap.width };
  });
  assert.equal(found.width, 90);
  const wanted = await inNode(path, [rgb]);
  for (const [name, codes] of Object.entries(found.codes)) assertClose(codes, wanted, [name]);
  assertClose(found.mixed.slice(0, 12), [...wanted, ...wanted], ["image", "pixels"]);
  assert.equal(found.mixed.length, 18);
});

test("the frame of a video that is shown is encoded", { skip }, async () => {
  const { page } = await openGallery();
  const { code, drawn } = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 32;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    const paint = () => {
      context.fillStyle = "rgb(200, 40, 90)";
      context.fillRect(0, 0, 32, 32);
    };
    // A stream of a canvas has a frame whenever it is painted.
    const painting = setInterval(paint, 20);
    const video = document.createElement("video");
    video.muted = true;
    video.srcObject = canvas.captureStream();
    await video.play();
    clearInterval(painting);
    const runtime = await latentkit.loadRuntime("/package/", { device: "wasm" });
    const [code, drawn] = [await runtime.encode(video), await runtime.encode(canvas)];
    await runtime.dispose();
    return { code: [...code.data], drawn: [...drawn.data] };
  });
  // Video frames may pass through another colour space, so this is close, not the same.
  code.forEach((value, i) => {
    assert.ok(Math.abs(value - (drawn[i] as number)) < 0.05, `${value} for ${drawn[i]}`);
  });
});

test("pictures that cannot be read are refused with the reason", { skip }, async () => {
  const { page } = await openGallery();
  const messages = await page.evaluate(async () => {
    const runtime = await latentkit.loadRuntime("/package/", { device: "wasm" });
    const broken = new Image();
    broken.src = "/package/latentkit.json";
    const empty = document.createElement("canvas");
    empty.width = 0;
    const given = [new Blob(["no picture"]), broken, empty, new ImageData(2, 2), document.body, [new Date()]];
    const results: string[] = [];
    for (const picture of given) {
      const outcome = await runtime.encode(picture as never).then(
        ({ shape }) => `codes of shape ${shape}`,
        (error: Error) => `${error.name}: ${error.message}`,
      );
      results.push(outcome);
    }
    await runtime.dispose();
    return results;
  });
  assert.match(
    messages[0] ?? "",
    /^InputError: images is a Blob that cannot be decoded \(.+\); expected a whole/,
  );
  assert.match(messages[1] ?? "", /^InputError: images is a HTMLImageElement that cannot be decoded/);
  assert.match(messages[2] ?? "", /^InputError: images is a HTMLCanvasElement that cannot be decoded/);
  assert.equal(messages[3], "codes of shape 1,6");
  assert.match(messages[4] ?? "", /^InputError: images is a HTMLBodyElement; expected/);
  assert.match(
    messages[5] ?? "",
    /^InputError: images\[0\] is a Date; expected Uint8Array, .* or a picture$/,
  );
});
