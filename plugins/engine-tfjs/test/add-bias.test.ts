import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine, expectClose, numbers, numericGrad, thrownBy, withoutLeak } from "./cpu-engine.ts";

describe("addBias", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  it("adds by channel, with both gradients", () =>
    withoutLeak(() => {
      const params = new Map([["x", numbers(1, [2, 3, 2])], ["bias", numbers(2, [2])]]); // prettier-ignore
      const loss = (values: ReadonlyMap<string, tf.Tensor>): tf.Tensor => {
        const [x, bias] = [...values.values()] as [tf.Tensor, tf.Tensor];
        return tf.sum(tf.square(engine.ops.addBias(tf.mul(x, 2), bias)));
      };
      const { value, grads } = engine.valueAndGrad(params, () => loss(params));
      for (const [name, param] of params) {
        const numeric = numericGrad((moved) => loss(new Map([...params, [name, moved]])).dataSync()[0] ?? 0, param);
        expectClose(grads.get(name) ?? [], numeric, 2e-3);
      }
      tf.dispose([value, ...params.values(), ...grads.values()]);
    }));

  it("names a bias of the wrong size", () =>
    withoutLeak(() => {
      const [x, bias] = [tf.ones([2, 3]), tf.ones([2])];
      expect(thrownBy(() => engine.ops.addBias(x, bias))).to.have.property("code", "E_ENGINE_OP_INPUT");
      tf.dispose([x, bias]);
    }));
});
