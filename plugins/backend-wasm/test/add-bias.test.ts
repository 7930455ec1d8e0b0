import { createEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { expectClose, makeBackend, tensorOf } from "./both-backends.ts";

const engine = createEngine();

describe("FastapAddBias on wasm", () => {
  before(async () => await engine.activate(await makeBackend()));

  it("adds by channel, in the memory of what it gets unless that is shared, and leaves nothing behind", () => {
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    for (const channels of [1, 3, 8, 13]) {
      tf.tidy(() => {
        const [x, bias] = [tensorOf([3, 2, channels], 1), tensorOf([channels], 2)];
        const expected = Array.from(tf.add(x, bias).dataSync());
        const view = tf.reshape(x, [-1]);
        const kept = Array.from(view.dataSync());
        const other = engine.ops.addBias(x, bias);
        expectClose(other.dataSync(), expected, 1e-7);
        expect(Array.from(view.dataSync()), "shared").to.deep.equal(kept);
        view.dispose();
        const ids = tf.backend().numDataIds();
        expectClose(engine.ops.addBias(x, bias).dataSync(), expected, 1e-7);
        expect(tf.backend().numDataIds(), "in place").to.equal(ids);
      });
    }
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).to.deep.equal(before);
  });

  it("has both gradients where the input is of use to another gradient too", () => {
    const params = new Map([["x", tensorOf([4, 3], 1)], ["bias", tensorOf([3], 2)]]); // prettier-ignore
    const gradients = (add: (x: tf.Tensor, bias: tf.Tensor) => tf.Tensor): number[][] => {
      const [x, bias] = [...params.values()] as [tf.Tensor, tf.Tensor];
      // The gradient of exp needs its output, which addBias takes over unless the tape keeps it.
      const { value, grads } = engine.valueAndGrad(params, () => tf.sum(tf.square(add(tf.exp(x), bias))));
      const data = [...grads.values()].map((grad) => Array.from(grad.dataSync()));
      tf.dispose([value, ...grads.values()]);
      return data;
    };
    const expected = gradients((x, bias) => tf.add(x, bias));
    gradients((x, bias) => engine.ops.addBias(x, bias)).forEach((grad, i) => expectClose(grad, expected[i] ?? [], 1e-6));
    tf.dispose([...params.values()]);
  });
});
