import { expect } from "chai";
import { buildLibrary } from "../../plugins/backend-native/test/built-library.ts";
import { compareShapes, variants } from "./compare.ts";
import type { Variant } from "./compare.ts";

/** `npm run shapes` draws 1,000 for each. */
const RUNS = Number(process.env["FASTAP_SHAPES"] ?? 150);

describe("random shapes of convolutions, products, norms and pools, with gradients", function () {
  this.timeout(120_000);

  for (const name of Object.keys(variants) as Variant[]) {
    it(`are on ${name} as on cpu`, async function () {
      if (name === "native" && !buildLibrary()) {
        console.log("      skipped: there is no native library, and no C compiler to build one");
        this.skip();
      }
      const seed = Date.now() % 2 ** 31;
      const { report, worst, cases } = await compareShapes(name, { runs: RUNS, seed });
      console.log(`      ${RUNS} shapes, seed ${seed}: off by ${worst.toExponential(1)} at most`);
      expect(report).to.equal(undefined);
      expect(Object.keys(cases)).to.include.members(["conv2d", "depthwiseConv2d", "matMul", "batchNormTrain", "maxPool"]);
    });
  }
});
