import { composedOps, createEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";
import { expectClose, makeBackend, numbers, tensorOf } from "./both-backends.ts";

const engine = createEngine();
const side = fc.integer({ min: 1, max: 9 });

describe("FastapGridSample and FastapLighting on wasm", () => {
  before(async () => await engine.activate(await makeBackend()));

  it("sees what the composed definition sees, in every mode", () => {
    const before = tf.memory().numTensors;
    const cases = fc.record({
      shape: fc.tuple(fc.integer({ min: 1, max: 4 }), side, side, fc.integer({ min: 1, max: 5 })),
      height: side,
      width: side,
      mode: fc.constantFrom("bilinear" as const, "nearest" as const),
      padMode: fc.constantFrom("zeros" as const, "border" as const, "reflection" as const),
      alignCorners: fc.boolean(),
      seed: fc.integer({ min: 0, max: 1000 }),
    });
    fc.assert(
      fc.property(cases, ({ shape, seed, ...options }) => {
        tf.tidy(() => {
          const x = tensorOf(shape, seed);
          const maps = Array.from({ length: shape[0] }, (_, i) => {
            const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = numbers(8, seed + i);
            return [1 + a, b, c, d, 1.3 + e, f, g / 4, h / 4, 1];
          });
          const [expected, actual] = [composedOps, engine.ops].map((ops) => {
            return ops.gridSample(x, tf.tensor3d(maps.flat(), [shape[0], 3, 3]), options);
          }) as [tf.Tensor, tf.Tensor];
          expect(actual.shape).to.deep.equal(expected.shape);
          // Rounding decides between two pixels as near.
          if (options.mode === "bilinear") expectClose(actual.dataSync(), expected.dataSync(), 2e-4);
          else {
            const [a, b] = [actual.dataSync(), expected.dataSync()];
            const differing = Array.from(a).filter((value, i) => Math.abs(value - (b[i] ?? NaN)) > 1e-5).length;
            expect(differing).to.be.at.most(Math.ceil(a.length / 20));
          }
        });
      }),
      { numRuns: 150 },
    );
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("changes light as the composed definition does", () => {
    for (const channels of [1, 3, 4]) {
      tf.tidy(() => {
        const x = tf.tensor(
          numbers(3 * 5 * 7 * channels, channels).map((value) => (value + 1) / 2),
          [3, 5, 7, channels],
        );
        const factors = tf.tensor2d([1, 0, 0, 1.3, channels === 3 ? 0.4 : 0, -0.2, 0.7, 0, 0.5], [3, 3]);
        const [expected, actual] = [composedOps, engine.ops].map((ops) => ops.lighting(x, factors).dataSync());
        expectClose(actual ?? [], expected ?? [], 1e-5);
      });
    }
    const ends = tf.tidy(() =>
      Array.from(engine.ops.lighting(tf.tensor4d([0, 1], [1, 1, 2, 1]), tf.tensor2d([1, 0, 0], [1, 3])).dataSync()),
    );
    expect(ends[0]).to.be.closeTo(0, 1e-6);
    expect(ends[1]).to.be.closeTo(1, 1e-6);
  });
});
