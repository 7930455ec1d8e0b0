import { createEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { makeNative, numbers, useNative } from "./native.ts";

describe("FastapFindNotFinite on native", () => {
  const engine = createEngine();
  const find = (...lists: readonly (readonly number[])[]): unknown => {
    const tensors = lists.map((list) => tf.tensor1d([...list]));
    const found = engine.ops.findNotFinite(tensors);
    tf.dispose(tensors);
    return found;
  };

  for (const isa of ["portable", "avx2", "avx512"] as const) {
    it(`finds NaN and infinity wherever they are, with ${isa}`, async function () {
      await useNative(this, { isa });
      await engine.activate(await makeNative({ isa }));
      for (const count of [1, 7, 16, 33, 100]) {
        for (let place = 0; place < count; place++) {
          const broken = Array.from(numbers(count)).with(place, [NaN, Infinity, -Infinity][place % 3] ?? NaN);
          expect(find([1, 2], broken, [NaN]), `${place} of ${count}`).to.equal(1);
        }
      }
      expect(find([3.4028235e38, -3.4028235e38, 1e-45, -0], [], Array.from(numbers(1000)))).to.equal(-1);
    });
  }
});
