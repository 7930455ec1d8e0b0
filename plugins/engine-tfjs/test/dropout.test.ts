import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine, expectClose, thrownBy, withoutLeak } from "./cpu-engine.ts";

describe("dropout", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });
  const drop = (x: tf.Tensor, p: number, seed: number): number[] => tf.tidy(() => Array.from(engine.ops.dropout(x, p, seed).dataSync()));

  it("drops its share, scales the rest, and depends on the seed alone", () =>
    withoutLeak(() => {
      const x = tf.ones([100, 100]);
      for (const p of [0, 0.1, 0.5, 0.9]) {
        const y = drop(x, p, 7);
        expect(y.filter((v) => v === 0).length / 1e4).to.be.closeTo(p, 0.02);
        expectClose([Math.max(...y)], [1 / (1 - p)], 1e-5);
        expect(drop(x, p, 7)).to.deep.equal(y);
      }
      const [a, b] = [drop(x, 0.5, 1), drop(x, 0.5, 2)];
      expect(a.filter((v, i) => v === b[i]).length / 1e4).to.be.closeTo(0.5, 0.03);
      const pairs = a.slice(1).filter((v, i) => v === a[i]).length;
      expect(pairs / 1e4, "neighbours are independent").to.be.closeTo(0.5, 0.03);
      x.dispose();
    }));

  it("sends the gradient through what it kept", () =>
    withoutLeak(() => {
      const x = tf.ones([50]);
      const { value, grads } = engine.valueAndGrad(new Map([["x", x]]), () => tf.sum(engine.ops.dropout(x, 0.3, 5)));
      expectClose(grads.get("x") ?? [], drop(x, 0.3, 5), 0);
      tf.dispose([x, value, ...grads.values()]);
      expect(thrownBy(() => engine.ops.dropout(x, 1, 5))).to.have.property("code", "E_ENGINE_OP_INPUT");
    }));
});
