import { createHost } from "@fastap/kernel";
import type { Engine, Random } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import {
  DataBlock,
  data,
  Normalize,
  TensorImage,
  Transform,
  categoryBlock,
  endSplitter,
  regressionBlock,
  transformBlock,
} from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { expect } from "chai";

interface Row {
  readonly x: number;
  readonly label: string;
}
const rows: readonly Row[] = Array.from({ length: 10 }, (_, i) => ({ x: i, label: i % 2 === 0 ? "even" : "odd" }));
const options = { splitter: endSplitter(), getX: (row: Row) => row.x, getY: (row: Row) => row.label };

describe("DataBlock", () => {
  let host: Awaited<ReturnType<typeof createHost>>;
  let services: { readonly engine: Engine; readonly random: Random };
  before(async () => {
    host = await createHost({ plugins: [engineTfjs, backendCpu, data], config: { backend: "cpu", seed: 1 } });
    services = { engine: host.resolve("engine"), random: host.resolve("random") };
  });
  after(async () => host[Symbol.asyncDispose]());

  it("tells vocabulary, number of classes and loss", async () => {
    const dls = await new DataBlock({ blocks: [transformBlock, categoryBlock], ...options }).dataloaders(rows, { ...services, bs: 4 });
    expect(dls.vocab).to.deep.equal(["even", "odd"]);
    expect([dls.c, dls.lossFunc, dls.train.length, dls.valid.length]).to.deep.equal([2, "crossEntropyLossFlat", 2, 1]);
  });

  it("shows a batch in words, and leaks nothing", async () => {
    const { tensors } = services.engine.memory();
    const given = { ...services, bs: 4, displays: host.registry("displays") };
    const dls = await new DataBlock({ blocks: [transformBlock, categoryBlock], ...options }).dataloaders(rows, given);
    const figure = await dls.valid.showBatch();
    expect(figure.data).to.deep.equal([
      { tensor: "8.0", category: "even" },
      { tensor: "9.0", category: "odd" },
    ]);
    expect(await figure.html()).to.contain("<td>even</td>");
    expect((await dls.valid.showBatch({ maxN: 1 })).data).to.have.length(1);
    const unique = (await dls.train.showBatch({ unique: true, maxN: 3 })).data;
    expect(unique).to.deep.equal(Array(3).fill({ tensor: "0.0", category: "even" }));
    expect(services.engine.memory().tensors).to.equal(tensors);
  });

  it("says what it needs to show a batch", async () => {
    const dls = await new DataBlock({ blocks: [transformBlock, categoryBlock], ...options }).dataloaders(rows, { ...services, bs: 4 });
    const error: unknown = await dls.showBatch().catch((reason: unknown) => reason);
    expect(error).to.have.property("code", "E_DATA_DISPLAYS");
    expect((await dls.showBatch({ displays: host.registry("displays") })).data).to.have.length(4);
  });

  it("names a label that was not there in training", async () => {
    const block = new DataBlock({ blocks: [transformBlock, categoryBlock], ...options });
    const dls = await block.dataloaders([...rows.slice(0, 9), { x: 9, label: "prime" }], { ...services, bs: 4 });
    const batches = async (): Promise<void> => {
      for await (const batch of dls.valid) for (const tensor of batch) tensor.dispose();
    };
    const error = await batches().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(String(error)).to.contain("prime");
  });

  it("refuses an unknown option with the one that was meant", () => {
    expect(() => new DataBlock({ spliter: endSplitter() } as object)).to.throw(/splitter/);
  });

  it("walks one item and one batch aloud", async () => {
    const text = await new DataBlock({ blocks: [transformBlock, categoryBlock], ...options }).summary(rows, services);
    expect(text).to.contain("Categorize gives TensorCategory(0)");
    expect(text).to.contain("batch of [4], [4]");
  });

  it("names the step that fails in a summary", async () => {
    const broken = new Transform({ name: "Broken" }).on(Number, () => {
      throw new Error("no luck");
    });
    const lines: string[] = [];
    const block = new DataBlock({ blocks: [transformBlock({ typeTfms: broken }), categoryBlock], ...options });
    const error = await block.summary(rows, { ...services, log: (line) => lines.push(line) }).catch((thrown: unknown) => thrown);
    expect(String(error)).to.contain("no luck");
    expect(lines.at(-1)).to.contain("FAILED");
  });

  it("normalises with the unbiased statistics of the first training batch", async () => {
    const { tensors } = services.engine.memory();
    const image = new Transform().on(Number, (x: number) => new TensorImage({ data: Float32Array.of(x), shape: [1, 1, 1] }));
    const normalize = new Normalize();
    const block = new DataBlock({
      blocks: [transformBlock({ typeTfms: image, batchTfms: normalize }), regressionBlock],
      splitter: endSplitter(),
      getX: (row: Row) => row.x,
      getY: (row: Row) => row.x,
    });
    await block.dataloaders(rows, { ...services, bs: 4, shuffle: false });
    expect(normalize.stats?.mean[0]).to.be.closeTo(1.5, 1e-6);
    expect(normalize.stats?.std[0]).to.be.closeTo(Math.sqrt(5 / 3), 1e-6);
    expect(services.engine.memory().tensors).to.equal(tensors);
  });
});
