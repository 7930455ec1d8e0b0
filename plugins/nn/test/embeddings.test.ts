import { cpuBackend } from "@fastap/plugin-backend-cpu";
import { createEngine, createRandom } from "@fastap/plugin-engine-tfjs";
import { Embeddings } from "@fastap/plugin-nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

describe("Embeddings", () => {
  const engine = createEngine();
  before(async () => await engine.activate(cpuBackend));

  it("puts a vector per column side by side and the numbers after them, with a gradient for every table", () => {
    const before = tf.memory().numTensors;
    const model = new Embeddings([[3, 2], [2, 1]]); // prettier-ignore
    model.init({ engine, random: createRandom(1) });
    expect([...model.saved().keys()]).to.deep.equal(["0.weight", "1.weight"]);
    const [ids, rest] = [tf.tensor2d([2, 0, 2, 1], [2, 2], "int32"), tf.tensor2d([[7], [8]])];
    const params = new Map(model.parameters().map(({ name, value }) => [name, value as tf.Tensor]));
    tf.tidy(() => {
      const [a, b] = [...params.values()].map((table) => table.arraySync() as number[][]);
      const rows = (model.forward(ids, rest) as tf.Tensor).arraySync() as number[][];
      expect(rows).to.deep.equal([[...(a?.[2] ?? []), ...(b?.[0] ?? []), 7], [...(a?.[2] ?? []), ...(b?.[1] ?? []), 8]]); // prettier-ignore
    });
    const { value, grads } = engine.valueAndGrad(params, () => tf.sum(model.forward(ids) as tf.Tensor));
    expect([...grads.values()].map((grad) => Array.from(grad.dataSync()))).to.deep.equal([[0, 0, 0, 0, 2, 2], [1, 1]]); // prettier-ignore
    expect(() => model.forward(rest)).to.throw(/E_NN_SHAPE[^]*int32 \[batch, 2\]/);
    tf.dispose([ids, rest, value, ...grads.values()]);
    model.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });
});
