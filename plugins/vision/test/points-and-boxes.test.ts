import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TensorMultiCategory, tuple } from "@fastap/plugin-data";
import type { TensorBase } from "@fastap/plugin-data";
import { AddMaskCodes, PILImage, PILMask, PointScaler, bbPad, createBoxes, createPoints, getAnnotations } from "@fastap/plugin-vision";
import { expect } from "chai";
import fc from "fast-check";
import { errorOf } from "./error-of.ts";

const image = new PILImage({ data: new Uint8Array(20 * 14 * 3), shape: [14, 20, 3], dtype: "int32" });
const ids = (...labels: readonly number[]): TensorMultiCategory =>
  new TensorMultiCategory({ data: Int32Array.from(labels), shape: [labels.length], dtype: "int32" });

describe("points, boxes and masks", () => {
  it("PointScaler there and back is where it was", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.float({ min: -30, max: 30, noNaN: true }), fc.float({ min: -30, max: 30, noNaN: true })), { minLength: 1 }),
        (points) => {
          const scaler = new PointScaler();
          const [, back] = scaler.decode(scaler.encode(tuple(image, createPoints(points)))) as readonly TensorBase[];
          Array.from(back?.data ?? []).forEach((value, i) => expect(value).to.be.closeTo(points.flat()[i] ?? NaN, 1e-4));
        },
      ),
    );
  });

  it("PointScaler refuses boxes outside the image, and points without one", async () => {
    const scaler = new PointScaler();
    for (const box of [
      [0, 0, 30, 5],
      [-5, 0, 5, 5],
      [8, 2, 3, 5],
      [0, 0, NaN, 5],
    ]) {
      const error = await errorOf(() => scaler.encode(tuple(image, createBoxes([[0, 0, 5, 5], box]))));
      expect(error.code).to.equal("E_VISION_BOX");
      expect(error.message).to.include("box 1").and.include("0…20");
    }
    expect((await errorOf(() => scaler.encode(tuple(createPoints([[1, 2]]))))).code).to.equal("E_VISION_NO_IMAGE");
  });

  it("lists that are no points or boxes are refused as they are", async () => {
    for (const [make, what] of [
      [() => createPoints([1, 2, 3]), "points"],
      [() => createPoints(undefined), "points"],
      [() => createBoxes([[1, 2, 3]]), "boxes"],
      [() => createBoxes([["a", 2, 3, 4]]), "boxes"],
    ] as const) {
      const error = await errorOf(make);
      expect(error.code).to.equal("E_VISION_INPUT");
      expect(error.message).to.include(`no ${what} can be made`);
    }
    expect(createPoints([1, 2, 3, 4]).shape).to.deep.equal([2, 2]);
    expect(createBoxes([]).shape).to.deep.equal([0, 4]);
  });

  it("bbPad cuts boxes to the image, drops empty ones, and fills up", async () => {
    const [first, second] = bbPad([
      tuple(
        image,
        createBoxes([
          [-1.5, -0.5, 0.5, 0.5],
          [0, 0, 0, 0.5],
        ]),
        ids(1, 2),
      ),
      tuple(image, createBoxes([]), ids()),
    ]) as readonly (readonly TensorBase[])[];
    expect([first?.[1]?.data, first?.[2]?.data].map((data) => Array.from(data ?? []))).to.deep.equal([[-1, -0.5, 0.5, 0.5], [1]]);
    expect([second?.[1]?.data, second?.[2]?.data].map((data) => Array.from(data ?? []))).to.deep.equal([[0, 0, 0, 0], [0]]);
    expect((await errorOf(() => bbPad([tuple(image, createBoxes([[0, 0, 1, 1]]), ids(1, 2))]))).code).to.equal("E_VISION_BOX_LABELS");
  });

  it("AddMaskCodes refuses numbers beyond the codes, and says so for 0 and 255", async () => {
    const mask = (...data: number[]): PILMask =>
      new PILMask({ data: Uint8Array.from(data), shape: [1, data.length], dtype: "int32" }, "cell.png");
    const codes = new AddMaskCodes({ codes: ["background", "nucleus"] });
    expect([codes.c, codes.vocab]).to.deep.equal([2, ["background", "nucleus"]]);
    expect(codes.encode(mask(0, 1, 1))).to.be.instanceOf(PILMask);
    const error = await errorOf(() => codes.encode(mask(0, 255, 255)));
    expect(error.code).to.equal("E_VISION_MASK_ID");
    expect(error.message).to.include("cell.png").and.include("255 in 2 pixels").and.include("divMask");
    expect(new AddMaskCodes({ codes: ["background", "nucleus"], divMask: 255 }).encode(mask(0, 255))).to.be.instanceOf(PILMask);
  });

  it("reads COCO's annotations, images that have any only", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fastap-coco-"));
    const file = join(folder, "train.json");
    const coco = {
      images: [
        { id: 7, file_name: "b.jpg" },
        { id: 5, file_name: "none.jpg" },
        { id: 3, file_name: "a.jpg" },
      ],
      categories: [{ id: 1, name: "cat" }],
      annotations: [
        { image_id: 3, category_id: 1, bbox: [1, 2, 3, 4] },
        { image_id: 7, category_id: 1, bbox: [0, 0, 2, 2] },
      ],
    };
    try {
      await writeFile(file, JSON.stringify(coco));
      expect(await getAnnotations(file, "train/")).to.deep.equal([
        ["train/b.jpg", "train/a.jpg"],
        [
          [[[0, 0, 2, 2]], ["cat"]],
          [[[1, 2, 4, 6]], ["cat"]],
        ],
      ]);
      await writeFile(file, "[]");
      expect((await errorOf(async () => getAnnotations(file))).code).to.equal("E_VISION_ANNOTATIONS");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
