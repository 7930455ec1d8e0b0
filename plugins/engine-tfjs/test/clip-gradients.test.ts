import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine, expectClose, thrownBy, withoutLeak } from "./cpu-engine.ts";

describe("clipGradients", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  it("measures all gradients together and scales them down to the limit, never up", () =>
    withoutLeak(() => {
      for (const [maxNorm, factor] of [
        [6.5, 0.5],
        [13, 1],
        [20, 1],
        [Infinity, 1],
      ] as const) {
        // prettier-ignore
        const grads = [tf.tensor1d([3, 4]), tf.tensor2d([[12]])];
        const clipped = engine.ops.clipGradients(grads, maxNorm);
        expectClose(clipped.norm, [13], 1e-5);
        expect(clipped.grads.map(({ shape }) => shape)).to.deep.equal([[2], [1, 1]]);
        expectClose(clipped.grads[0] ?? [], [3 * factor, 4 * factor], 1e-5);
        expectClose(clipped.grads[1] ?? [], [12 * factor], 1e-5);
        tf.dispose([...grads, clipped.norm, ...clipped.grads]);
      }
    }));

  it("gives 0 for none and refuses a limit of nothing", () =>
    withoutLeak(() => {
      const { norm } = engine.ops.clipGradients([], 1);
      expectClose(norm, [0], 0);
      norm.dispose();
      expect(thrownBy(() => engine.ops.clipGradients([], 0))).to.have.property("code", "E_ENGINE_OP_INPUT");
    }));
});
