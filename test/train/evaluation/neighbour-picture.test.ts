// The picture of an item and its neighbours, pixel by pixel.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import sharp from "sharp";
import { type FeatureSetInfo, openFeatures } from "../../../export/index.ts";
import { neighbourPicture } from "../../../train/index.ts";
import { runExport, writeFloatPackage } from "../../helpers/feature-exports.ts";
import { fileScope } from "../../helpers/file-scope.ts";
import { npyOfFloats } from "../../helpers/npy-files.ts";
import { png } from "../../helpers/png.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { tinyPixels, writeTinyImages } from "../../helpers/tiny-images.ts";

let folder = "";
let info: FeatureSetInfo;

before(async () => {
  folder = await temporaryFolder(fileScope);
  const model = await writeTinyPackage(join(folder, "package"));
  await runExport(model, await writeTinyImages(folder, 20), join(folder, "features")).done;
  info = (await openFeatures(join(folder, "features"))).info;
});

const neighbour = (row: number) => ({ rank: 1, row, id: String(row), distance: 0 });

/** Gray values of a PNG of 2 pixels' height, column by column from the left: two numbers each. */
async function columnsOf(picture: Buffer): Promise<readonly (readonly [number, number])[]> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  assert.equal(info.height, 2);
  const at = (x: number, y: number) => data[(y * info.width + x) * info.channels] as number;
  return Array.from({ length: info.width }, (_, x) => [at(x, 0), at(x, 1)]);
}

/** The two columns of image `i`, two white ones behind them. */
function columnsFor(i: number): readonly (readonly number[])[] {
  const [a = 0, b = 0, c = 0, d = 0] = tinyPixels(i);
  return [
    [a, c],
    [b, d],
    [255, 255],
    [255, 255],
  ];
}

test("the item comes first, then a gap, then its neighbours in their order", async () => {
  const white = [
    [255, 255],
    [255, 255],
    [255, 255],
    [255, 255],
  ];
  const expected = [...columnsFor(7), ...white, ...columnsFor(3), ...columnsFor(11)].slice(0, -2);
  const neighbours = [neighbour(3), neighbour(11)];
  assert.deepEqual(
    await columnsOf(await neighbourPicture(info, { id: "7" }, neighbours, { zoom: 1 })),
    expected,
  );
  const image = join(folder, "image.png");
  await writeFile(image, png({ width: 2, height: 2, kind: "gray" }, tinyPixels(7)));
  assert.deepEqual(
    await columnsOf(await neighbourPicture(info, { image }, neighbours, { zoom: 1 })),
    expected,
  );
  const { width, height } = await sharp(await neighbourPicture(info, { image }, neighbours)).metadata();
  assert.deepEqual([width, height], [expected.length * 42, 2 * 42]);
});

test("items that are no pictures, or are gone, are named", async () => {
  await assert.rejects(neighbourPicture(info, { id: "7" }, [neighbour(20)]), {
    name: "EvaluationError",
    message: /: holds no item "20"; expected the source of the table$/,
  });
  const floats = join(folder, "x.npy");
  await writeFile(floats, npyOfFloats([[1, 2, 3, 4]]));
  const model = await writeFloatPackage(join(folder, "floats"));
  await runExport(model, floats, join(folder, "of-floats")).done;
  const other = (await openFeatures(join(folder, "of-floats"))).info;
  await assert.rejects(neighbourPicture(other, { id: "0" }, []), {
    name: "EvaluationError",
    message: /: takes float32 items of \[4\]; expected pictures to show: uint8, height x width x 1 or 3$/,
  });
});
