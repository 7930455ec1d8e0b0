import { composedOps, createEngine } from "@fastap/plugin-engine-tfjs";
import type { FusedOps } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";
import { expectClose, makeBackend, numbers, size, tensorOf } from "./both-backends.ts";

const engine = createEngine();

describe("group norm on wasm", () => {
  let tensors = 0;
  before(async () => await engine.activate(await makeBackend()));
  beforeEach(() => void (tensors = tf.memory().numTensors));
  afterEach(() => expect(tf.memory().numTensors).to.equal(tensors));

  it("equals its composed definition, gradients included, for any sizes and far from zero", () => {
    const length = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(length(4), length(40), length(5), length(7), fc.constantFrom(0, 10), (batch, rows, groups, width, offset) => {
        fc.pre(rows * width > 4); // below that the deviation may be next to nothing, which magnifies rounding
        const channels = groups * width;
        const shape = [batch, rows, channels];
        const x = tf.tensor(numbers(size(shape), 1).map((v) => v + offset), shape); // prettier-ignore
        const params = new Map([["x", x], ["gamma", tensorOf([channels], 2)], ["beta", tensorOf([channels], 3)]]); // prettier-ignore
        const evaluate = (ops: FusedOps): Float32Array[] => {
          const [input, gamma, beta] = [...params.values()] as [tf.Tensor, tf.Tensor, tf.Tensor];
          const y = (): tf.Tensor => ops.groupNorm(input, gamma, beta, groups, 1e-5);
          const { value, grads } = engine.valueAndGrad(params, () => tf.sum(tf.mul(y(), tensorOf(shape, 4))));
          const data = [tf.tidy(() => y().dataSync<"float32">()), ...[...grads.values()].map((grad) => grad.dataSync<"float32">())];
          tf.dispose([value, ...grads.values()]);
          return data;
        };
        const expected = evaluate(composedOps);
        const actual = evaluate(engine.ops);
        for (const [i, want] of expected.entries()) expectClose(actual[i] ?? [], want, 1e-4 * (1 + offset / 3), `output ${i}`);
        tf.dispose([...params.values()]);
      }),
      { numRuns: 40 },
    );
  });

  it("carries NaN through its group alone", () => {
    tf.tidy(() => {
      const x = tf.tensor2d([NaN, 2, 3, 5], [1, 4]);
      const y = engine.ops.groupNorm(x, tf.ones([4]), tf.zeros([4]), 2, 1e-5);
      expect(Array.from(y.dataSync()).map(Number.isNaN)).to.deep.equal([true, true, false, false]);
    });
  });
});
