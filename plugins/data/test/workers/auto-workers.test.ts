import { availableParallelism } from "node:os";
import { DataBlock, endSplitter, Transform, transformBlock } from "@fastap/plugin-data";
import type { TfmdDataLoaders } from "@fastap/plugin-data";
import { expect } from "chai";
import { CountingEngine, epochOf } from "../counting-engine.ts";
import { createRandom } from "@fastap/plugin-engine-tfjs";
import { module } from "./worker-loader.ts";

const { picture } = (await import(module)) as { picture: (i: unknown) => never };
const open = (): Transform => new Transform({ enc: picture, portable: { module, name: "picture" } });

describe("threads by default", () => {
  const opened: TfmdDataLoaders[] = [];
  afterEach(async () => {
    for (const dls of opened.splice(0)) await dls.close();
  });

  async function loaders(n: number, opens: boolean, options: object = {}): Promise<TfmdDataLoaders> {
    const block = new DataBlock({
      blocks: [transformBlock({ typeTfms: opens ? [open()] : [] }), transformBlock],
      splitter: endSplitter({ validPct: 0.5 }),
    });
    const items = Array.from({ length: 2 * n }, (_, i) => i);
    const dls = await block.dataloaders(items, { engine: new CountingEngine().engine, random: createRandom(1), bs: 8, ...options });
    opened.push(dls);
    return dls;
  }
  const threads = async (...args: Parameters<typeof loaders>): Promise<number> => (await loaders(...args)).train.facts.numWorkers;

  it("are one where many items are opened by what can go there, else none", async () => {
    const most = Math.min(1, availableParallelism() - 1);
    expect(await threads(256, true)).to.equal(most);
    expect(await threads(255, true)).to.equal(0);
    expect(await threads(256, false)).to.equal(0);
    expect(await threads(256, true, { numWorkers: 0 })).to.equal(0);
    expect(await threads(10, true, { numWorkers: 2 })).to.equal(2);
  });

  it("give the same bits", async () => {
    const [auto, none] = [await loaders(256, true), await loaders(256, true, { numWorkers: 0 })];
    expect(await epochOf(auto.train)).to.deep.equal(await epochOf(none.train));
    expect(auto.valid.facts.numWorkers).to.equal(auto.train.facts.numWorkers);
  });
});
