import { createRandom } from "@fastap/plugin-engine-tfjs";
import {
  Categorize,
  DataBlock,
  Datasets,
  getC,
  InplaceTransform,
  TfmdDataLoaders,
  TfmdLists,
  Transform,
  transformBlock,
  categoryBlock,
  onBatch,
  tuple,
} from "@fastap/plugin-data";
import { expect } from "chai";
import { CountingEngine, epochOf } from "./counting-engine.ts";
import { errorOf } from "./error-of.ts";

describe("InplaceTransform", () => {
  it("changes what it is given and leaves aside what its functions return", () => {
    const push = new InplaceTransform().on(Array, (list: number[]) => list.push(7));
    const [a, b] = [[1], [2]];
    expect(push.encode(tuple<unknown>(a, b, "text"))).to.deep.equal(tuple<unknown>([1, 7], [2, 7], "text"));
    expect(push.encode(a)).to.equal(a);
  });
});

describe("a function with an order", () => {
  it("hands it to the transform made of it", () => {
    const last = Object.assign((x: number) => x, { order: 50 });
    expect(new Transform({ enc: last }).order).to.equal(50);
    expect(new Transform({ enc: last, order: 3 }).order).to.equal(3);
  });
});

describe("TfmdLists", () => {
  const length = (text: string): number => text.length;
  it("takes masks for subsets", async () => {
    const lists = await TfmdLists.create(["a", "bb", "ccc"], length, {
      splits: [
        [true, false, true],
        [false, true, false],
      ],
    });
    expect(lists.splits).to.deep.equal([[0, 2], [1]]);
    expect(lists.subset(1).get(0)).to.equal(2);
  });

  it("infers where a new value enters, and says what it could have been", async () => {
    const tenfold = new Transform().on(Number, (n: number) => n * 10);
    const lists = await TfmdLists.create(["a", "bb"], [new Transform().on(String, length), tenfold]);
    expect([lists.infer("abc"), lists.infer(4)]).to.deep.equal([30, 40]);
    const error = await errorOf(() => lists.infer(new Date()));
    expect(error).to.include({ code: "E_DATA_INFER" });
    expect(error.message).to.include("String, Number").and.include("Date");
  });
});

describe("DataLoaders of transforms", () => {
  const numbers = async (): Promise<TfmdDataLoaders> => {
    const dsets = await Datasets.create([1, 2, 3, 4], [(x: number) => x], {
      splits: [
        [0, 1],
        [2, 3],
      ],
    });
    return TfmdDataLoaders.create(dsets, { engine: new CountingEngine().engine, random: createRandom(1), bs: 2, shuffle: false });
  };

  it("addTfms adds to all loaders, or to some of them", async () => {
    const dls = await numbers();
    await dls.addTfms((x: number) => x * 10, "afterItem");
    await dls.addTfms(new Transform({ enc: (x: number) => x + 1, order: 9 }), "afterItem", [0]);
    await dls.addTfms(
      onBatch((x) => x),
      "afterBatch",
      [1],
    );
    expect([await epochOf(dls.train), await epochOf(dls.valid)]).to.deep.equal([[[11, 21]], [[30, 40]]]);
    expect(dls.loaders.map(({ hooks }) => hooks.afterBatch.transforms.length)).to.deep.equal([0, 1]);
  });

  it("getC is what a transform says, else the number of labels", async () => {
    const block = new DataBlock({ blocks: [transformBlock, categoryBlock], getX: () => 1, getY: (x: string) => x });
    const shared = { engine: new CountingEngine().engine, random: createRandom(1), bs: 1 };
    expect(getC(await block.dataloaders(["a", "b", "a", "b", "c", "a", "b", "c", "a", "c"], shared))).to.be.within(2, 3);
    expect(getC(await numbers())).to.equal(undefined);
    const two = await Datasets.create(["a", "b", "a"], [[(x: string) => x.length], new Categorize({ vocab: ["a", "b"] })]);
    expect(getC(await TfmdDataLoaders.create(two, { ...shared, shuffle: false }))).to.equal(2);
  });
});
