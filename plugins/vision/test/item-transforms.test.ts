import { TensorBBox, TensorImage, TensorPoint, tuple } from "@fastap/plugin-data";
import type { TensorBase, Transform } from "@fastap/plugin-data";
import { createRandom } from "@fastap/plugin-engine-tfjs";
import {
  CropPad,
  DihedralItem,
  FlipItem,
  PILImage,
  PILMask,
  RandomCrop,
  RandomResizedCrop,
  RatioResize,
  Resize,
  createBoxes,
  createPoints,
} from "@fastap/plugin-vision";
import { expect } from "chai";
import fc from "fast-check";
import { errorOf } from "./error-of.ts";

interface Scene {
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
}

/** A black image with one bright pixel, a mask with the same one, and a point in its middle. */
function scene({ width, height, x, y }: Scene): readonly TensorBase[] {
  const at = y * width + x;
  const pixels = new Uint8Array(width * height * 3);
  pixels.fill(255, at * 3, at * 3 + 3);
  const ids = new Uint8Array(width * height);
  ids[at] = 1;
  const point = [(2 * (x + 0.5)) / width - 1, (2 * (y + 0.5)) / height - 1];
  return tuple<TensorBase>(
    new PILImage({ data: pixels, shape: [height, width, 3], dtype: "int32" }),
    new PILMask({ data: ids, shape: [height, width], dtype: "int32" }),
    createPoints([point]),
  );
}

function apply(transform: Transform, item: readonly TensorBase[], seed: number, splitIdx = 0): readonly TensorBase[] {
  return transform.encode(item, splitIdx, createRandom(seed)) as readonly TensorBase[];
}

/** Where a point lies, in pixels of the image. */
function pixelOf([image, , points]: readonly TensorBase[]): readonly [number, number] {
  const [height = 0, width = 0] = image?.shape ?? [];
  const [x = NaN, y = NaN] = points?.data ?? [];
  return [((x + 1) * width) / 2, ((y + 1) * height) / 2];
}

/** Centre of what is bright; undefined where nothing is. */
function brightest(image: TensorBase | undefined): readonly [number, number] | undefined {
  const [, width = 0, channels = 1] = image?.shape ?? [];
  const lit = Array.from(image?.data ?? []).flatMap((v, i) => (i % channels === 0 && v > 0 ? [{ at: i / channels, v }] : []));
  const total = lit.reduce((sum, { v }) => sum + v, 0);
  if (total === 0) return undefined;
  const mean = (f: (at: number) => number): number => lit.reduce((sum, { at, v }) => sum + v * f(at), 0) / total;
  return [mean((at) => (at % width) + 0.5), mean((at) => Math.floor(at / width) + 0.5)];
}

const scenes = fc
  .record({
    width: fc.integer({ min: 5, max: 24 }),
    height: fc.integer({ min: 5, max: 24 }),
    u: fc.double({ min: 0, max: 0.999, noNaN: true }),
    v: fc.double({ min: 0, max: 0.999, noNaN: true }),
  })
  .map(({ width, height, u, v }): Scene => ({ width, height, x: Math.floor(u * width), y: Math.floor(v * height) }));

const MOVES: Readonly<Record<string, () => Transform>> = {
  FlipItem: () => new FlipItem(1),
  DihedralItem: () => new DihedralItem(),
  "CropPad larger": () => new CropPad([30, 27]),
  RandomCrop: () => new RandomCrop(5),
  "RandomCrop larger": () => new RandomCrop(31),
};

describe("transforms of items", () => {
  for (const [name, make] of Object.entries(MOVES)) {
    it(`${name}: points and masks follow the pixels, exactly`, () => {
      fc.assert(
        fc.property(scenes, fc.integer(), (given, seed) => {
          const moved = apply(make(), scene(given), seed);
          const seen = brightest(moved[0]);
          expect(brightest(moved[1])).to.deep.equal(seen);
          if (seen === undefined) return;
          const [x, y] = pixelOf(moved);
          expect(x).to.be.closeTo(seen[0], 1e-4);
          expect(y).to.be.closeTo(seen[1], 1e-4);
        }),
        { numRuns: 60 },
      );
    });
  }

  for (const [name, make] of Object.entries({
    squish: () => new Resize([40, 50], { method: "squish" }),
    crop: () => new Resize([40, 50], { method: "crop" }),
    pad: () => new Resize([40, 50], { method: "pad", padMode: "zeros" }),
    RandomResizedCrop: () => new RandomResizedCrop([40, 50]),
    RatioResize: () => new RatioResize(60),
  })) {
    it(`${name}: points follow the pixels within one of them`, () => {
      fc.assert(
        fc.property(scenes, fc.integer(), fc.integer({ min: 0, max: 1 }), (given, seed, splitIdx) => {
          const moved = apply(make(), scene(given), seed, splitIdx);
          const seen = brightest(moved[0]);
          const [x, y] = pixelOf(moved);
          const [height = 0, width = 0] = moved[0]?.shape ?? [];
          // A pixel cut by the edge is not seen whole.
          const margin = Math.max(width / given.width, height / given.height) * 2;
          if (seen === undefined || x < margin || y < margin || x > width - margin || y > height - margin) return;
          expect(Math.hypot(x - seen[0], y - seen[1])).to.be.below(2);
        }),
        { numRuns: 60 },
      );
    });
  }

  it("a flip twice is none", () => {
    fc.assert(
      fc.property(scenes, (given) => {
        const once = apply(new FlipItem(1), scene(given), 1);
        const [image, mask, points] = apply(new FlipItem(1), once, 1);
        const [before, maskBefore, pointsBefore] = scene(given);
        expect([image, mask, points]).to.deep.equal([before, maskBefore, pointsBefore]);
      }),
    );
  });

  it("keep classes, and leave labels alone", () => {
    const [image] = scene({ width: 6, height: 5, x: 1, y: 1 });
    const [resized, label] = new Resize(4).encode(tuple<unknown>(image, "rose"), 1) as readonly unknown[];
    expect(resized).to.be.instanceOf(PILImage).and.instanceOf(TensorImage);
    expect(label).to.equal("rose");
  });

  it("boxes stay boxes: left before right after a flip", () => {
    const [image] = scene({ width: 10, height: 10, x: 0, y: 0 });
    const [, boxes] = new FlipItem(1).encode(
      tuple(image, createBoxes([[-0.5, -0.25, 0.25, 0.5]])),
      0,
      createRandom(1),
    ) as readonly TensorBase[];
    expect(boxes).to.be.instanceOf(TensorBBox);
    expect(Array.from(boxes?.data ?? [])).to.deep.equal([-0.25, -0.25, 0.5, 0.5]);
  });

  it("Resize crops the middle in validation and anywhere in training", () => {
    const { data, shape } = { data: Uint8Array.from({ length: 60 }, (_, i) => i), shape: [2, 10, 3] };
    const image = new PILImage({ data, shape, dtype: "int32" });
    const left = (splitIdx: number, seed: number): number | undefined =>
      (new Resize(2).encode(image, splitIdx, createRandom(seed)) as TensorBase).data[0];
    expect([left(1, 1), left(1, 2)]).to.deep.equal([12, 12]);
    expect(new Set([1, 2, 3, 4, 5, 6].map((seed) => left(0, seed))).size).to.be.above(1);
  });

  it("says what is wrong with a size, and where no image is", async () => {
    expect(await errorOf(() => new Resize(-3))).to.include({ code: "E_VISION_OPTION" });
    expect((await errorOf(() => new Resize(8, { method: "crip" as "crop" }))).message).to.include("squish, crop, pad");
    const lonely = new TensorPoint({ data: Float32Array.of(0, 0), shape: [1, 2] });
    expect((await errorOf(() => new Resize(8).encode(tuple(lonely), 1))).code).to.equal("E_VISION_NO_IMAGE");
  });
});
