import { expect } from "chai";
import { decodeNumber, decodeTensor, isTensor, mb32Uniform } from "./tensor.ts";

describe("golden tensors", () => {
  it("make the numbers of the mb32 formula", () => {
    const want = [0.9928288888186216, 0.9351070483680815, 0.6208873314317316, 0.21657383325509727, 0.3763684940058738, 0.8933347435668111];
    expect(mb32Uniform("seed7/0.weight", 6)).to.deep.equal(want);
  });

  it("decode mb32 tensors to float32", () => {
    const { data } = decodeTensor({ shape: [1, 2], dtype: "f32", mb32: { key: "seed7/0.weight", lo: -1, hi: 1 } });
    expect(data).to.deep.equal([0.9928288888186216, 0.9351070483680815].map((u) => Math.fround(-1 + 2 * u)));
  });

  it("decode what JSON cannot hold", () => {
    const { data } = decodeTensor({ shape: [4], dtype: "f32", data: ["NaN", "Infinity", "-Infinity", 1] });
    expect(data).to.deep.equal([NaN, Infinity, -Infinity, 1]);
    expect(() => decodeNumber("1")).to.throw("not a number");
  });

  it("are told from other objects", () => {
    expect(isTensor({ shape: [1], dtype: "f32", data: [1] })).to.equal(true);
    expect(isTensor({ shape: [1], dtype: "f32" })).to.equal(false);
    expect(isTensor(null)).to.equal(false);
  });
});
