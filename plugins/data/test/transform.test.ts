import {
  Categorize,
  Datasets,
  DisplayedTransform,
  ItemTransform,
  Pipeline,
  TensorBase,
  TensorImage,
  TensorImageBW,
  TfmdLists,
  Transform,
  Tuple,
  endSplitter,
  getFiles,
  randomSplitter,
  trainTestSplitter,
  tuple,
} from "@fastap/plugin-data";
import { expect } from "chai";
import { errorOf } from "./error-of.ts";
import { seededRandom } from "./seeded-random.ts";

const pixel = { data: Float32Array.of(1), shape: [1, 1, 1] };

describe("Transform", () => {
  it("takes the function of the most specific class, and passes other types", () => {
    const t = new Transform().on(TensorBase, () => "base").on(TensorImage, () => "image");
    expect([t.encode(new TensorImageBW(pixel)), t.encode(new TensorBase(pixel)), t.encode("text")]).to.deep.equal([
      "image",
      "base",
      "text",
    ]);
  });

  it("maps a tuple part by part, nested ones too, but not a list", () => {
    const t = new Transform().on(Number, (x: number) => x + 1);
    expect(t.encode(tuple<unknown>(1, tuple<unknown>(2, "a"), [3]))).to.deep.equal(tuple<unknown>(2, tuple<unknown>(3, "a"), [3]));
  });

  it("gives back the class of the input where the result is of one above it", () => {
    const t = new Transform().on(TensorBase, (x: TensorBase) => new TensorBase(x));
    expect(t.encode(new TensorImageBW(pixel))).to.be.instanceOf(TensorImageBW);
  });

  it("waits for a promise only where there is one", async () => {
    const late = new Transform().on(Number, async (x: number) => x * 2);
    const pipeline = new Pipeline([late, (x: number) => x + 1]);
    expect(pipeline.encode(3)).to.be.instanceOf(Promise);
    expect(await pipeline.encode(3)).to.equal(7);
    expect(new Pipeline((x: number) => x + 1).encode(3)).to.equal(4);
  });

  it("an ItemTransform gets the whole tuple and gives one back", () => {
    const swap = new ItemTransform().on(Tuple, ([a, b]: readonly unknown[]) => [b, a]);
    expect(swap.encode(tuple(1, 2))).to.deep.equal(tuple(2, 1));
  });

  it("a DisplayedTransform shows its arguments", () => {
    class Crop extends DisplayedTransform {}
    expect(String(new Crop({ size: 4 }))).to.equal("Crop -- {size=4}");
  });
});

describe("Pipeline", () => {
  it("is set up with only the transforms before each one", async () => {
    const seen: unknown[] = [];
    class Peek extends Transform {
      protected override async setups(items: { get(i: number): unknown }): Promise<void> {
        seen.push(await items.get(0));
      }
    }
    const double = new Transform({ enc: (x: number) => x * 2 });
    await TfmdLists.create([5], [new Peek(), double, new Peek({ order: 1 })]);
    expect(seen).to.deep.equal([5, 10]);
  });

  it("shares the transforms of a pipeline it is made of", () => {
    const first = new Pipeline([new Categorize()]);
    const second = new Pipeline(first);
    first.add((x: number) => x);
    expect(second.transforms).to.have.length(2);
  });
});

describe("Datasets", () => {
  it("learns of training items only, and leaves out of test items what they have behind them", async () => {
    const items = ["b", "a", "b", "z"];
    const splits = endSplitter({ validPct: 0.25 })(items);
    const dsets = await Datasets.create(items, [(x: string) => x.length, new Categorize()], { splits });
    expect(dsets.attribute("vocab")).to.deep.equal(["a", "b"]);
    expect(Array.from((await dsets.testSet([7]).get(0)) as Tuple)).to.deep.equal([7]);
    expect((await errorOf(async () => dsets.subset(2))).code).to.equal("E_DATA_SUBSET");
  });
});

describe("random splitters", () => {
  const items = Array.from({ length: 20 }, (_, i) => i);

  it("give the same split for the same seed, another for another", async () => {
    const split = async (seed: number): Promise<unknown> => randomSplitter({ seed })(items, seededRandom(1));
    expect(await split(1)).to.deep.equal(await split(1));
    expect(await split(1)).to.not.deep.equal(await split(2));
  });

  it("stratify: every split has its share of each class", async () => {
    const classes = items.map((i) => (i < 15 ? "many" : "few"));
    const [, test = []] = await trainTestSplitter({ testSize: 0.2, stratify: classes })(items, seededRandom(1));
    expect(test.filter((i) => classes[i] === "few")).to.have.length(1);
  });
});

describe("getFiles", () => {
  it("names a folder that is not there", async () => {
    const error = await errorOf(async () => getFiles("/no/such/folder"));
    expect(error.code).to.equal("E_DATA_FOLDER");
    expect(error.message).to.contain("/no/such/folder");
  });
});
