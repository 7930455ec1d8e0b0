import type { Host } from "@fastap/kernel";
import {
  categoryBlock,
  DataBlock,
  endSplitter,
  multiCategoryBlock,
  regressionBlock,
  TensorBase,
  transformBlock,
  type TransformBlock,
} from "@fastap/plugin-data";
import { createLearner, type HostArray, type Learner } from "@fastap/plugin-learner";
import { expect } from "chai";
import { openBench, type Bench } from "./blobs.ts";

interface Row {
  readonly x: readonly number[];
  readonly y: unknown;
}

describe("predict with targets of every kind", () => {
  let bench: Bench;
  let host: Host;
  beforeEach(async () => {
    bench = await openBench();
    ({ host } = bench);
  });
  afterEach(() => bench.close());

  const services = () => ({ engine: host.resolve("engine"), random: host.resolve("random") });
  const floats = (x: readonly number[]): TensorBase => new TensorBase({ data: Float32Array.from(x), shape: [x.length], dtype: "float32" });
  const learnerOf = async (block: TransformBlock, y: (i: number) => unknown, outputs: number, lossFunc?: string): Promise<Learner> => {
    const rows = Array.from({ length: 12 }, (_, i): Row => ({ x: [Math.sin(i), Math.cos(i)], y: y(i) }));
    const dblock = new DataBlock({
      blocks: [transformBlock(), block],
      splitter: endSplitter({ validPct: 0.34 }),
      getX: (row: Row | readonly number[]) => floats("x" in row ? row.x : row),
      getY: (row: Row) => row.y,
    });
    const dls = await dblock.dataloaders(rows, { ...services(), bs: 4 });
    const learn = createLearner(host, dls, ["mlp", { sizes: [2, outputs] }], lossFunc === undefined ? {} : { lossFunc });
    return bench.own(learn);
  };
  /** One layer: what goes out is the bias. */
  const saying = (learn: Learner, out: readonly number[]): Learner => {
    learn.model.loadStateDict(
      new Map(
        learn.model.parameters().map(({ name, value }) => {
          const bias = name.endsWith("bias");
          const shape = bias ? [...value.shape] : [...value.shape].reverse();
          return [name, { dtype: "F32", shape, data: bias ? Float32Array.from(out) : new Float32Array(value.size) }];
        }),
      ),
    );
    return learn;
  };

  it("a category: label, class number, probabilities; with the input before them where it is asked for", async () => {
    const learn = saying(await learnerOf(categoryBlock(), (i) => ["cat", "dog"][i % 2], 2), [0, 20]);
    const [label, index, probs] = await learn.predict([1, 2]);
    expect([label, index]).to.deep.equal(["dog", 1]);
    expect(probs[1]).to.be.closeTo(1, 1e-6);
    const [input, ...rest] = await learn.predict([1, 2], { withInput: true });
    expect(rest).to.deep.equal([label, index, probs]);
    expect([...(input as HostArray).data]).to.deep.equal([1, 2]);
  });

  it("several categories: the labels above the threshold", async () => {
    const learn = saying(await learnerOf(multiCategoryBlock(), (i) => [["a", "b"], ["c"]][i % 2], 3), [9, -9, 9]);
    const [labels, decision, probs] = await learn.predict([1, 2]);
    expect(labels).to.deep.equal(["a", "c"]);
    expect([...(decision as HostArray).data].map(Number)).to.deep.equal([1, 0, 1]);
    expect(probs.map(Math.round)).to.deep.equal([1, 0, 1]);
  });

  it("a number, and several numbers", async () => {
    const one = saying(await learnerOf(regressionBlock(), (i) => i / 2, 1), [2.5]);
    expect(await one.predict([1, 2])).to.deep.include.members([[2.5]]);
    const two = saying(await learnerOf(regressionBlock(2), (i) => [i, i + 0.5], 2), [2, 3.5]);
    const [decoded, decision, preds] = await two.predict([1, 2]);
    expect([decoded, preds]).to.deep.equal([
      [2, 3.5],
      [2, 3.5],
    ]);
    expect([...(decision as HostArray).data]).to.deep.equal([2, 3.5]);
  });
});
