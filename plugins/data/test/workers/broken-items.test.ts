import { DataLoader, Datasets, TfmdDL, Transform } from "@fastap/plugin-data";
import type { DataLoaderOptions, Dataset } from "@fastap/plugin-data";
import { expect } from "chai";
import type { Worker } from "node:worker_threads";
import { ItemPool } from "../../dist/workers/item-pool.js";
import { CountingEngine, epochOf } from "../counting-engine.ts";
import { errorOf } from "../error-of.ts";
import { loaders, module, Trouble } from "./worker-loader.ts";

describe("a loader with workers, where something is broken,", () => {
  const { loaderOf, closing } = loaders();

  it("names the broken item, its step and its number, in every thread alike", async () => {
    const items = [...Array.from({ length: 20 }, (_, i) => i), "bad", 21];
    for (const numWorkers of [0, 2]) {
      const early = await errorOf(async () => epochOf(await loaderOf({ items, numWorkers })));
      expect(early).to.include({ code: "E_DATA_ITEM" });
      expect(early.message).to.include("item 20").and.include("no picture").and.include("bad, step picture");
      expect(early.cause).to.include({ code: "E_TOY", message: "no picture" });
      const late = await errorOf(async () => epochOf(await loaderOf({ numWorkers, itemTfms: [new Trouble("throw", 7)] })));
      expect(late.message).to.include("item 7").and.include("broken in the middle").and.include("step Trouble");
    }
  });

  it("leaves broken items out where asked to, counts them, and tells at the end", async () => {
    const items = [...Array.from({ length: 20 }, (_, i) => i), "bad", 21];
    for (const numWorkers of [0, 2]) {
      const told: string[] = [];
      const onSkipped: DataLoaderOptions["onSkipped"] = (broken, { rows }) => told.push(`${broken.length} of ${rows}`);
      const itemTfms = [new Trouble("throw", 7)];
      const loader = await loaderOf({ items, itemTfms, numWorkers, onBroken: "skip", onSkipped, dropLast: false });
      expect((await epochOf(loader)).map((x) => x.length / 1600)).to.deep.equal([8, 8, 4]);
      expect(told).to.deep.equal(["2 of 22"]);
      expect(loader.facts).to.include({ broken: 2, numWorkers, rows: 22 });
      const seen = loader.brokenItems.map(({ index, name, step }) => ({ index, name, step }));
      expect(seen).to.have.deep.members([
        { index: 20, name: "bad", step: "picture" },
        { index: 7, name: undefined, step: "Trouble" },
      ]);
    }
  });

  it("stops where every item is broken, whatever it was told", async () => {
    const bad = ["bad", "bad", "bad"];
    expect(await errorOf(() => loaderOf({ items: bad, onBroken: "skip", bs: 2 }))).to.include({ code: "E_DATA_ITEM" });
    const good = await loaderOf({ onBroken: "skip" });
    const loader = good.on(good.dsets.testSet(bad, { withLabels: true }), { shuffle: false });
    expect(await errorOf(() => epochOf(loader))).to.include({ code: "E_DATA_ITEM" });
  });

  for (const how of ["exit", "crash"])
    it(`tells within five seconds which item a worker died of (${how})`, async () => {
      const started = Date.now();
      const loader = await loaderOf({ numWorkers: 2, shuffle: false, itemTfms: [new Trouble(how, 13)] });
      const error = await errorOf(() => epochOf(loader));
      expect(error).to.include({ code: "E_DATA_WORKER_DIED" });
      expect(error.message).to.include("item 13");
      expect(Date.now() - started).to.be.below(5000);
    });

  it("replaces a worker that died while it had nothing to do, and tells within five seconds if the next one dies of an item", async () => {
    const threads: Worker[] = [];
    const note = (thread: Worker): number => threads.push(thread);
    process.on("worker", note);
    try {
      const pool = new ItemPool(1);
      const first = await loaderOf({ numWorkers: 1, pool, shuffle: false, dropLast: false });
      expect((await epochOf(first)).flat()).to.have.length(50 * 1600);
      await threads[0]?.terminate();
      const started = Date.now();
      const second = await loaderOf({ numWorkers: 1, pool, shuffle: false, itemTfms: [new Trouble("exit", 13)] });
      const error = await errorOf(() => epochOf(second));
      expect(error).to.include({ code: "E_DATA_WORKER_DIED" });
      expect(error.message).to.include("item 13");
      expect(Date.now() - started).to.be.below(5000);
      expect(threads).to.have.length.above(1);
    } finally {
      process.off("worker", note);
    }
  });

  it("says which transform and which value cannot go to a worker", async () => {
    class Mine extends Transform {}
    const transform = await errorOf(() => loaderOf({ numWorkers: 1, itemTfms: [new Mine()] }));
    expect(transform).to.include({ code: "E_DATA_WORKER_TRANSFORM" });
    expect(transform.message).to.include('"Mine"');
    const dsets = await Datasets.create(
      [1, 2],
      [
        [
          (x: number) => new Map([[1, x]]),
          new Transform({ enc: (map: Map<number, number>) => map.size, portable: { module, name: "entries" } }),
        ],
      ],
    );
    const loader = await TfmdDL.create(dsets.subset(0), { engine: new CountingEngine().engine, numWorkers: 1, bs: 1 });
    closing(loader);
    const value = await errorOf(() => epochOf(loader));
    expect(value.message).to.include("E_DATA_WORKER_VALUE").and.include("class Map");
  });

  it("reads a dataset of another making that says how, and refuses one that does not", async () => {
    const engine = new CountingEngine().engine;
    const squares: Dataset = {
      length: 10,
      get: (i) => i * i,
      remote: () => ({ reader: { module, name: "squares", args: [] }, payload: (i) => i }),
    };
    const loader = new DataLoader(squares, { engine, numWorkers: 2, bs: 5 });
    closing(loader);
    expect(await epochOf(loader)).to.deep.equal([
      [0, 1, 4, 9, 16],
      [25, 36, 49, 64, 81],
    ]);
    const plain = await errorOf(() => new DataLoader({ length: 1, get: (i) => i }, { engine, numWorkers: 2 }));
    expect(plain).to.include({ code: "E_DATA_WORKERS" });
  });
});
