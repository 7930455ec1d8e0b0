import "@tensorflow/tfjs-backend-cpu";
import { rocAucMulti } from "@fastap/plugin-metrics";
import { expect } from "chai";
import fc from "fast-check";

/** By ranks, ties sharing their mean: what the area must be. */
function byRanks(scores: readonly number[], marks: readonly number[]): number {
  const order = [...scores.keys()].toSorted((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let ranks = 0;
  for (let i = 0; i < order.length;) {
    let end = i;
    while (end < order.length && scores[order[end] ?? 0] === scores[order[i] ?? 0]) end++;
    for (let k = i; k < end; k++) if (marks[order[k] ?? 0] === 1) ranks += (i + 1 + end) / 2;
    i = end;
  }
  const up = marks.filter((mark) => mark === 1).length;
  return (ranks - (up * (up + 1)) / 2) / (up * (marks.length - up));
}

/** Scores of any sign, with ties, zeros of both signs and infinities. */
const score = fc.oneof(
  { weight: 5, arbitrary: fc.float({ noNaN: true, min: -8, max: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 1, -1, Infinity, -Infinity) },
);

describe("areas under curves of many rows", () => {
  it("equal those by ranks", () => {
    const metric = rocAucMulti({ sigmoid: false, average: "micro" });
    const rows = fc.array(fc.tuple(score, fc.integer({ min: 0, max: 1 })), { minLength: 9000, maxLength: 12_000 });
    fc.assert(
      fc.property(rows, (all) => {
        const [scores, marks] = [all.map(([s]) => s), all.map(([, m]) => m)];
        const shape = [all.length, 1];
        const got = metric.score({ data: Float32Array.from(scores), shape }, { data: Int32Array.from(marks), shape });
        expect(got).to.be.closeTo(byRanks(scores, marks), 1e-9);
      }),
      { numRuns: 10 },
    );
  });

  it("are NaN where a score is", () => {
    const metric = rocAucMulti({ sigmoid: false, average: "micro" });
    const data = Float32Array.from({ length: 10_000 }, (_, i) => (i === 5000 ? NaN : i));
    const marks = Int32Array.from(data, (_, i) => i % 2);
    expect(metric.score({ data, shape: [10_000, 1] }, { data: marks, shape: [10_000, 1] })).to.be.NaN;
  });
});
