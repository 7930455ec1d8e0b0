import { getGrid } from "@fastap/plugin-display";
import { expect } from "chai";
import fc from "fast-check";

describe("getGrid", () => {
  it("is as fastai's: whole root of n rows, unless one of the two is given", () => {
    expect(getGrid(9)).to.deep.equal({ rows: 3, columns: 3 });
    expect(getGrid(10)).to.deep.equal({ rows: 3, columns: 4 });
    expect(getGrid(5, { nrows: 2 })).to.deep.equal({ rows: 2, columns: 3 });
    expect(getGrid(5, { ncols: 2 })).to.deep.equal({ rows: 3, columns: 2 });
  });

  it("always has room for all", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }), (n, ncols) => {
        const { rows, columns } = getGrid(n, ncols === undefined ? {} : { ncols });
        expect(rows * columns).to.be.at.least(n);
        expect((rows - 1) * columns).to.be.below(Math.max(1, n)); // no empty row
      }),
    );
  });
});
