import { resolveHyper } from "@fastap/plugin-optimizers";
import { expect } from "chai";
import fc from "fast-check";

describe("resolveHyper", () => {
  it("spreads numbers, lists and slices as fastai does", () => {
    expect(resolveHyper("lr", 0.1, 3)).to.deep.equal([0.1, 0.1, 0.1]);
    expect(resolveHyper("lr", { slice: [null, 0.1] }, 3)).to.deep.equal([0.01, 0.01, 0.1]);
    expect(resolveHyper("lr", { slice: [1, 4] }, 3)).to.deep.equal([1, 2, 4]);
    expect(resolveHyper("lr", { slice: [1, 4] }, 1)).to.deep.equal([4]);
  });

  it("grows by equal ratios and ends exactly at the stop", () => {
    const positive = fc.double({ min: 1e-6, max: 10, noNaN: true });
    fc.assert(
      fc.property(positive, positive, fc.integer({ min: 2, max: 9 }), (lo, hi, k) => {
        const values = resolveHyper("lr", { slice: [lo, hi] }, k);
        expect(values).to.have.length(k);
        expect(values.at(-1)).to.equal(hi);
        expect(values[0]).to.be.closeTo(lo, lo * 1e-9);
        values.slice(1).forEach((v, i) => expect(v / (values[i] ?? 1)).to.be.closeTo((hi / lo) ** (1 / (k - 1)), (hi / lo) * 1e-6 + 1e-9));
      }),
    );
  });
});
