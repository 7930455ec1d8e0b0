import type { Engine, Host, Random } from "@fastap/kernel";
import { TensorBBox, TensorBatch, TensorImage, TensorMask, TensorPoint, tuple } from "@fastap/plugin-data";
import type { Transform } from "@fastap/plugin-data";
import {
  Brightness,
  DeterministicFlip,
  Dihedral,
  Flip,
  Hue,
  RandomErasing,
  RandomResizedCropGPU,
  Rotate,
  Saturation,
  Warp,
  Zoom,
  augTransforms,
  brightness,
  flipBatch,
  hsv2rgb,
  rgb2hsv,
  setupAugTfms,
} from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";
import { errorOf } from "./error-of.ts";
import { visionHost } from "./host.ts";

let host: Host;
let engine: Engine;
let random: Random;
before(async () => {
  host = await visionHost();
  engine = host.resolve("engine");
  random = host.resolve("random");
  // The test below are of the plain definitions; backends compare their kernels with them.
  engine.scope(() => engine.from([0], [1]));
});
after(async () => host[Symbol.asyncDispose]());

const N = 3;

/** A smooth bright spot in each image, a mask of it, and a point at its middle. */
function spots(side: number, centres: readonly (readonly [number, number])[]): readonly TensorBatch[] {
  const pixels = new Float32Array(centres.length * side * side * 3);
  centres.forEach(([cx, cy], n) => {
    for (let i = 0; i < side * side; i++) {
      const [x, y] = [((i % side) / (side - 1)) * 2 - 1, (Math.floor(i / side) / (side - 1)) * 2 - 1];
      pixels.fill(Math.exp(-40 * ((x - cx) ** 2 + (y - cy) ** 2)), (n * side * side + i) * 3, (n * side * side + i + 1) * 3);
    }
  });
  const image = tf.tensor(pixels, [centres.length, side, side, 3]);
  const mask = tf.cast(tf.greater(tf.mean(image, -1), 0.5), "int32");
  const points = tf.tensor(centres.flat(), [centres.length, 1, 2]);
  return tuple(
    new TensorBatch(image, TensorImage, engine),
    new TensorBatch(mask, TensorMask, engine),
    new TensorBatch(points, TensorPoint, engine),
  );
}

/** Mean place of what is bright, in −1…1, of each image. */
function centresOf(images: tf.Tensor): readonly (readonly [number, number])[] {
  const grey = images.rank === 4 ? tf.mean(images, -1) : tf.cast(images, "float32");
  const [n = 0, h = 0, w = 0] = grey.shape;
  const values = grey.dataSync();
  return Array.from({ length: n }, (_, k) => {
    let [sum, sx, sy] = [0, 0, 0];
    for (let i = 0; i < h * w; i++) {
      const v = (values[k * h * w + i] ?? 0) ** 2;
      sum += v;
      sx += v * (((i % w) / (w - 1)) * 2 - 1);
      sy += v * ((Math.floor(i / w) / (h - 1)) * 2 - 1);
    }
    return [sx / sum, sy / sum];
  });
}

function valuesOf(batch: TensorBatch | undefined): number[] {
  const tensor = batch?.tensor as tf.Tensor | undefined;
  return Array.from(tensor?.dataSync() ?? []);
}

const near = fc.double({ min: -0.3, max: 0.3, noNaN: true });

describe("affine transforms of batches", () => {
  const made: Readonly<Record<string, () => Transform>> = {
    Flip: () => new Flip({ p: 1 }),
    Dihedral: () => new Dihedral({ p: 1 }),
    Rotate: () => new Rotate({ p: 1, maxDeg: 45 }),
    Zoom: () => new Zoom({ p: 1, minZoom: 0.9, maxZoom: 1.1 }),
    Warp: () => new Warp({ p: 1, magnitude: 0.15 }),
    "all of them": () =>
      setupAugTfms([new Flip({ p: 1 }), new Warp({ p: 1, magnitude: 0.1 }), new Rotate({ p: 1 }), new Zoom({ p: 1 })])[0] as Transform,
    smaller: () => new Rotate({ p: 1, size: 31 }),
  };
  for (const [name, make] of Object.entries(made)) {
    it(`${name}: masks and points follow the pixels`, () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(near, near), { minLength: N, maxLength: N }), fc.integer(), (centres, seed) => {
          tf.tidy(() => {
            const [image, mask, points] = make().encode(spots(41, centres), 0, random.fork(String(seed))) as readonly TensorBatch[];
            const seen = centresOf(image?.tensor as tf.Tensor);
            const masked = centresOf(mask?.tensor as tf.Tensor);
            const moved = valuesOf(points);
            seen.forEach(([x, y], n) => {
              expect(Math.hypot((moved[2 * n] ?? NaN) - x, (moved[2 * n + 1] ?? NaN) - y), `image ${n}`).to.be.below(0.05);
              expect(Math.hypot((masked[n]?.[0] ?? NaN) - x, (masked[n]?.[1] ?? NaN) - y), `mask ${n}`).to.be.below(0.08);
            });
          });
        }),
        { numRuns: 15 },
      );
    });
  }

  it("a flip twice is none, boxes stay boxes, and validation changes nothing", () => {
    tf.tidy(() => {
      const [image] = spots(9, [[0.1, 0.2]]);
      const boxes = new TensorBatch(tf.tensor([-0.5, -0.2, 0.1, 0.4], [1, 1, 4]), TensorBBox, engine);
      const flip = new Flip({ p: 1 });
      const once = flip.encode(tuple(image, boxes), 0, random.fork("a")) as readonly TensorBatch[];
      const twice = flip.encode(once, 0, random.fork("a")) as readonly TensorBatch[];
      const values = valuesOf;
      values(twice[0]).forEach((value, i) => expect(value).to.be.closeTo(values(image)[i] ?? NaN, 1e-5));
      expect(values(once[1]).map((x) => Math.round(x * 10) / 10)).to.deep.equal([-0.1, -0.2, 0.5, 0.4]);
      const [valid] = new Rotate({ p: 1 }).encode(tuple(image), 1) as readonly TensorBatch[];
      expect(valid).to.equal(image);
      const [resized] = new Rotate({ p: 1, size: [5, 7] }).encode(tuple(image), 1) as readonly TensorBatch[];
      expect(resized?.tensor.shape).to.deep.equal([1, 5, 7, 3]);
    });
  });

  it("functions do what the classes do", () => {
    tf.tidy(() => {
      const [image] = spots(9, [[0.3, 0.1]]) as [TensorBatch];
      const byClass = new Flip({ p: 1 }).encode(image, 0, random.fork("f")) as TensorBatch;
      expect(valuesOf(flipBatch(image, random.fork("f"), { p: 1 }))).to.deep.equal(valuesOf(byClass));
      const lit = new Brightness({ p: 1, draw: 0.6 }).encode(image, 0, random.fork("f")) as TensorBatch;
      expect(valuesOf(brightness(image, random.fork("f"), { p: 1, draw: 0.6 }))).to.deep.equal(valuesOf(lit));
    });
  });

  it("batch: all images are drawn for together; DeterministicFlip takes turns", () => {
    tf.tidy(() => {
      const batch = spots(9, [
        [0.3, 0],
        [0.3, 0],
        [0.3, 0],
      ]);
      for (let i = 0; i < 5; i++) {
        const [image] = new Rotate({ p: 0.5, maxDeg: 90, batch: true }).encode(batch, 0, random.fork(`${i}`)) as readonly TensorBatch[];
        const [first, second, third] = tf.split(image?.tensor as tf.Tensor, 3).map((part) => Array.from(part.dataSync()));
        expect(second).to.deep.equal(first);
        expect(third).to.deep.equal(first);
      }
      const turns = new DeterministicFlip();
      const x = (i: number): number | undefined =>
        centresOf((turns.encode(batch, 0, random.fork(`${i}`)) as readonly TensorBatch[])[0]?.tensor as tf.Tensor)[0]?.[0];
      expect([1, 2, 3].map((i) => Math.sign(x(i) ?? 0))).to.deep.equal([1, -1, 1]);
    });
  });

  it("names the engine that a bare batch lacks, and draws that are too few", async () => {
    const image = tf.zeros([2, 4, 4, 3]);
    const bare = new TensorBatch(image, TensorImage);
    expect((await errorOf(() => new Flip().encode(bare, 0, random))).code).to.equal("E_VISION_NO_ENGINE");
    const known = new TensorBatch(image, TensorImage, engine);
    expect((await errorOf(() => new Flip({ p: 1, draw: [1] }).encode(known, 0, random))).code).to.equal("E_VISION_OPTION");
    expect((await errorOf(() => augTransforms({ minScale: 0.5 }))).message).to.include("size");
    image.dispose();
  });
});

describe("light, colour and erasing", () => {
  const picture = (): TensorBatch =>
    new TensorBatch(
      tf.tensor(
        Array.from({ length: 2 * 6 * 6 * 3 }, (_, i) => ((i * 37) % 100) / 100),
        [2, 6, 6, 3],
      ),
      TensorImage,
      engine,
    );

  it("hsv there and back is where it was", () => {
    tf.tidy(() => {
      const { tensor } = picture();
      const [before, back] = [tensor, hsv2rgb(rgb2hsv(tensor))].map((each) => Array.from((each as tf.Tensor).dataSync()));
      back?.forEach((value, i) => expect(value).to.be.closeTo(before?.[i] ?? NaN, 1e-5));
    });
  });

  it("keep 0…1, are for training only, and leave alone what their chance says", () => {
    tf.tidy(() => {
      for (const make of [() => new Brightness({ p: 1 }), () => new Saturation({ p: 1 }), () => new Hue({ p: 1 })]) {
        const x = picture();
        const y = make().encode(x, 0, random.fork("light")) as TensorBatch;
        const values = (y.tensor as tf.Tensor).dataSync();
        expect(values.every((value) => value >= 0 && value <= 1)).to.equal(true);
        expect(Array.from(values)).to.not.deep.equal(Array.from((x.tensor as tf.Tensor).dataSync()));
        expect(make().encode(x, 1)).to.equal(x);
      }
      const x = picture();
      const same = new Brightness({ p: 0 }).encode(x, 0, random.fork("light")) as TensorBatch;
      const values = (x.tensor as tf.Tensor).dataSync();
      Array.from((same.tensor as tf.Tensor).dataSync()).forEach((value, i) => expect(value).to.be.closeTo(values[i] ?? NaN, 1e-5));
    });
  });

  it("RandomErasing puts noise in the same rectangle of all images", () => {
    tf.tidy(() => {
      const flat = new TensorBatch(tf.fill([2, 20, 20, 1], 5), TensorImage, engine);
      const { tensor } = new RandomErasing({ p: 1, sl: 0.2, sh: 0.3 }).encode(flat, 0, random.fork("erase")) as TensorBatch;
      const [first, second] = tf.split(tf.equal(tensor as tf.Tensor, 5), 2).map((part) => Array.from(part.dataSync()));
      expect(second).to.deep.equal(first);
      const erased = first?.filter((same) => same === 0).length ?? 0;
      expect(erased).to.be.within(40, 160);
    });
  });

  it("RandomErasing erases each image by itself where asked to", () => {
    tf.tidy(() => {
      const flat = new TensorBatch(tf.fill([4, 20, 20, 1], 5), TensorImage, engine);
      const erasing = new RandomErasing({ p: 1, sl: 0.2, sh: 0.3, perImage: true });
      const { tensor } = erasing.encode(flat, 0, random.fork("erase")) as TensorBatch;
      const kept = tf.split(tf.equal(tensor as tf.Tensor, 5), 4).map((part) => Array.from(part.dataSync()));
      for (const pixels of kept) expect(pixels.filter((same) => same === 0).length).to.be.within(40, 160);
      expect(new Set(kept.map((pixels) => pixels.join(""))).size).to.equal(4);
    });
  });

  it("the full set leaves nothing behind but its result", () => {
    const transforms = augTransforms({ size: 8, minScale: 0.7, xtraTfms: [new RandomErasing({ p: 1 })] });
    expect(transforms.map(({ name }) => name)).to.deep.equal(["Flip", "Brightness", "RandomResizedCropGPU", "RandomErasing"]);
    const { numTensors } = tf.memory();
    const all = (): unknown => transforms.reduce((x: unknown, t) => t.encode(x, 0, random.fork("all")), picture());
    const made = engine.scope(() => (all() as TensorBatch).tensor);
    expect(made.shape).to.deep.equal([2, 8, 8, 3]);
    made.dispose();
    expect(tf.memory().numTensors).to.equal(numTensors);
    expect(new RandomResizedCropGPU(4).name).to.equal("RandomResizedCropGPU");
  });
});
