import * as tf from "@tensorflow/tfjs-core";
import { createHost } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { backendNative } from "@fastap/plugin-backend-native";
import { backendWasm } from "@fastap/plugin-backend-wasm";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { AvgPool } from "@fastap/plugin-nn";
import { expect } from "chai";
import fc from "fast-check";
import { buildLibrary } from "../plugins/backend-native/test/built-library.ts";
import { wave } from "./shapes/shape-case.ts";

const anyPool = fc
  .record({
    ks: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    pad: fc.nat(2),
    ceilMode: fc.boolean(),
    ndim: fc.constantFrom<1 | 2 | 3>(1, 2, 3),
    sides: fc.array(fc.integer({ min: 4, max: 7 }), { minLength: 3, maxLength: 3 }),
    channels: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ ks, pad, ...rest }) => ({ ...rest, ks, padding: Math.min(pad, Math.floor(ks / 2)) }));

/** tfjs's own op divides by the whole window in the gradient of padded pools, and not in the pool. Averaging is linear, so the gradient is its transpose. */
describe("average pooling with padding", function () {
  this.timeout(60_000);

  for (const backend of ["cpu", "wasm", "native"]) {
    it(`has the transpose of the pool for a gradient on ${backend}, as in PyTorch`, async function () {
      if (backend === "native" && !buildLibrary()) {
        console.log("      skipped: there is no native library, and no C compiler to build one");
        this.skip();
      }
      await using host = await createHost({ plugins: [engineTfjs, backendCpu, backendWasm, backendNative], config: { backend, seed: 1 } });
      const services = { engine: host.resolve("engine"), random: host.resolve("random") };
      fc.assert(
        fc.property(anyPool, ({ ks, stride, padding, ceilMode, ndim, sides, channels }) => {
          const pool = new AvgPool(ks, { stride, padding, ceilMode, ndim });
          pool.init(services);
          services.engine.scope(() => {
            const [x, v] = [wave([2, ...sides.slice(0, ndim), channels], 1), wave([2, ...sides.slice(0, ndim), channels], 2)];
            const f = (image: tf.Tensor): tf.Tensor => pool.forward(image) as tf.Tensor;
            const dy = wave(f(x).shape, 3);
            const [there, back] = [tf.sum(tf.mul(f(v), dy)), tf.sum(tf.mul(v, tf.grad(f)(x, dy)))];
            expect(back.dataSync()[0]).to.be.closeTo(there.dataSync()[0] ?? NaN, 2e-6 * v.size);
            return tf.scalar(0);
          });
        }),
        { numRuns: 60 },
      );
    });
  }
});
