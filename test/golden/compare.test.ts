import { expect } from "chai";
import { compare } from "./compare.ts";

const near = { rel: 0.1, abs: 0.5 };
const exact = { rel: 0, abs: 0 };

describe("golden comparison", () => {
  it("allows abs + rel·|want| and no more", () => {
    expect(compare([{ path: "x", got: 11.5, want: 10 }], near).mismatches).to.have.length(0);
    expect(compare([{ path: "x", got: 11.6, want: 10 }], near).mismatches).to.have.length(1);
  });

  it("is exact at zero tolerance", () => {
    expect(compare([{ path: "x", got: [1, 2], want: [1, 2] }], exact).mismatches).to.deep.equal([]);
    expect(compare([{ path: "x", got: [1, 2 + Number.EPSILON * 2], want: [1, 2] }], exact).mismatches[0]).to.match(/^x\[1\]/);
  });

  it("takes NaN for NaN, and for nothing else", () => {
    expect(compare([{ path: "x", got: NaN, want: "NaN" }], near).mismatches).to.deep.equal([]);
    expect(compare([{ path: "x", got: NaN, want: 1 }], near).mismatches).to.have.length(1);
    expect(compare([{ path: "x", got: Infinity, want: "Infinity" }], near).mismatches).to.deep.equal([]);
    expect(compare([{ path: "x", got: 1, want: "Infinity" }], near).mismatches).to.have.length(1);
  });

  it("sees different lengths, kinds and text", () => {
    expect(compare([{ path: "x", got: [1], want: [1, 2] }], near).mismatches[0]).to.contain("x.length");
    expect(compare([{ path: "x", got: "1", want: 1 }], near).mismatches).to.have.length(1);
    expect(compare([{ path: "x", got: null, want: 0 }], near).mismatches).to.have.length(1);
    expect(compare([{ path: "x", got: "a", want: "a" }], near).mismatches).to.have.length(0);
  });

  it("names the worst error and its limit", () => {
    const { worst } = compare([{ path: "x", got: [1, 10.2, 3], want: [1, 10, 3] }], near);
    expect(worst.error).to.be.closeTo(0.2, 1e-12);
    expect(worst.limit).to.equal(1.5);
  });
});
