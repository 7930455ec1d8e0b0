import { attrGetter, colReader, itemGetter, parentLabel, regexLabeller } from "@fastap/plugin-data";
import { expect } from "chai";

describe("labellers and getters", () => {
  it("itemGetter takes a part of a list, from its end too, and nothing of what is none", () => {
    expect([itemGetter(1)(["a", "b"]), itemGetter(-1)(["a", "b", "c"]), itemGetter(5)(["a"]), itemGetter(0)("ab")]).to.deep.equal([
      "b",
      "c",
      undefined,
      undefined,
    ]);
  });

  it("attrGetter takes a property, or its default", () => {
    expect([attrGetter("n")({ n: 3 }), attrGetter("m", 7)({ n: 3 }), attrGetter("m")(null)]).to.deep.equal([3, 7, undefined]);
  });

  it("colReader reads by name and place, and names the columns that there are", () => {
    expect(colReader("fname", { pref: "x", prefIsFolder: true, suff: ".png" })({ fname: "a" })).to.equal("x/a.png");
    expect(colReader([1, "a"])({ a: 1, b: 2 })).to.deep.equal([2, 1]);
    expect(colReader("tags", { labelDelim: "|" })({ tags: "x|y" })).to.deep.equal(["x", "y"]);
    expect(() => colReader("fnam")({ fname: "a" })).to.throw(/E_DATA_COLUMN.*"fname"/s);
  });

  it("labels come from folders and patterns", () => {
    expect([parentLabel("/data/cat/1.png"), regexLabeller(/(\w+)_\d/)("c:\\data\\dog_7.png")]).to.deep.equal(["cat", "dog"]);
  });
});
