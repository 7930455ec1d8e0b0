import { combinedCos, combineScheds, SchedLin, SchedNo } from "@fastap/plugin-schedulers";
import { expect } from "chai";

describe("combineScheds", () => {
  it("takes the later piece where one ends, and pieces of no length never divide by zero", () => {
    const sched = combineScheds([0, 0.5, 0.5], [SchedNo(9, 9), SchedLin(0, 1), SchedLin(5, 6)]);
    expect([0, 0.25, 0.5, 1].map(sched)).to.deep.equal([0, 0.5, 5, 6]);
    expect(combinedCos(1, 0, 1, 2)(1)).to.equal(2);
  });

  it("runs a schedule per group", () => {
    expect(combinedCos(0.5, [0, 0], [1, 10], [0, 0])(0.5)).to.deep.equal([1, 10]);
  });

  it("refuses shares that do not add up, are negative or too few", () => {
    const one = SchedNo(1, 1);
    expect(() => combineScheds([0.5, 0.4], [one, one])).to.throw("add up to 1");
    expect(() => combineScheds([1.5, -0.5], [one, one])).to.throw("negative");
    expect(() => combineScheds([1], [one, one])).to.throw("differ in number");
  });
});
