import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost, isFastapError, type Callback, type Run } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { ArrayDataset, data, DataLoaders } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { createLearner, learner } from "@fastap/plugin-learner";
import { loggerTensorboard, writeProjector, type TensorBoardOptions } from "@fastap/plugin-logger-tensorboard";
import { losses } from "@fastap/plugin-losses";
import { metrics } from "@fastap/plugin-metrics";
import { nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";
import { schedulers } from "@fastap/plugin-schedulers";
import { expect } from "chai";

interface Events {
  readonly scalars: Readonly<Record<string, readonly [step: number, value: number][]>>;
  readonly text: Readonly<Record<string, string>>;
  readonly plugins: Readonly<Record<string, string>>;
  readonly images: Readonly<Record<string, [width: number, height: number, kind: string]>>;
  readonly histograms: Readonly<Record<string, [count: number, buckets: number]>>;
  readonly nodes: readonly [name: string, op: string, inputs: string[]][];
  /** As the plugin of TensorBoard reads them. */
  readonly hparams?: {
    readonly hparams: Readonly<Record<string, unknown>>;
    readonly status: number;
    readonly columns: Readonly<Record<string, number>>;
    readonly metrics: readonly string[];
  };
}

const script = fileURLToPath(new URL("read-events.py", import.meta.url));
/** A Python with TensorBoard in it, for its own reader. */
const python = process.env["FASTAP_PYTHON"] ?? "python3";
const can = (code: string): boolean => spawnSync(python, ["-c", code]).status === 0;

describe("logger-tensorboard", function () {
  this.timeout(60_000);
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "fastap-tensorboard-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  async function train(
    options: TensorBoardOptions = {},
    cbs: readonly Callback[] = [],
  ): Promise<{ smooth: number[]; lrs: number[]; valid: unknown[] }> {
    const plugins = [engineTfjs, backendCpu, data, nn, losses, metrics, optimizers, learner, schedulers];
    await using host = await createHost({
      plugins: [...plugins, [loggerTensorboard, { histograms: true, ...options }]],
      config: { backend: "cpu", seed: 3, root },
    });
    const dataset = new ArrayDataset([
      { data: Float32Array.from({ length: 16 * 64 }, (_, i) => Math.sin(i)), shape: [8, 8, 1] },
      { data: Int32Array.from({ length: 16 }, (_, i) => i % 2), shape: [] },
    ]);
    const [engine, random] = [host.resolve("engine"), host.resolve("random")];
    const before = engine.memory().tensors;
    const dls = DataLoaders.fromDatasets([dataset, dataset], { engine, random, bs: 4, lossFunc: "crossEntropy", vocab: ["cat", "dog"] });
    const learn = createLearner(host, dls, ["convNet", { channels: [1, 4, 2] }], { metrics: ["accuracy"] });
    await learn.fitOneCycle(2, 0.01, { cbs }).finally(() => learn.dispose());
    const { losses: smooth = [], lrs = [], history = [] } = learn.recorder ?? {};
    expect(engine.memory().tensors).to.equal(before);
    return { smooth, lrs, valid: history.map((row) => row["valid_loss"]) };
  }

  function read(reader: "tensorboard" | "own"): Events {
    return JSON.parse(execFileSync(python, [script, join(root, "runs/tensorboard"), reader], { encoding: "utf8" })) as Events;
  }

  for (const [reader, need, why] of [
    ["own", "import json", "no Python 3 here"],
    ["tensorboard", "import tensorboard", "no Python with TensorBoard here; FASTAP_PYTHON may name one"],
  ] as const) {
    it(`writes what ${reader === "own" ? "an independent parser" : "TensorBoard's own reader"} reads`, async function () {
      if (!can(need)) {
        console.log(`      skipped: ${why}`);
        return this.skip();
      }
      const { smooth, lrs, valid } = await train();
      const { scalars, text, plugins, images, histograms, nodes, hparams } = read(reader);
      const steps = smooth.map((_, i) => i + 1);
      expect(scalars["train_loss"]).to.deep.equal(steps.map((step, i) => [step, Math.fround(smooth[i] ?? NaN)]));
      expect(scalars["lr_0"]).to.deep.equal(steps.map((step, i) => [step, Math.fround(lrs[i] ?? NaN)]));
      expect(scalars["valid_loss"]).to.deep.equal([4, 8].map((step, i) => [step, Math.fround(Number(valid[i]))]));
      expect(scalars).to.include.keys("accuracy", "mom_0", "wd_0").and.not.include.keys("epoch", "time");
      expect(text["preds/table"]).to.match(/^\| item \| target \| predicted \|\n[^]*\| 0 \| cat \| (cat|dog) \|/);
      expect(plugins["preds/table"]).to.equal("text");
      expect(plugins["_hparams_/session_start_info"]).to.equal("hparams");
      if (hparams !== undefined) expectTab(hparams);
      expect(images["preds/inputs"]).to.deep.equal([16, 16, "PNG"]);
      expect(Object.values(histograms).every(([, buckets]) => buckets === 30)).to.equal(true);
      expect(nodes[0]).to.deep.equal(["input", "Placeholder", []]);
      expect(nodes.length).to.be.greaterThan(3);
      expect(nodes[2]?.[2]).to.deep.equal([nodes[1]?.[0]]);
    });
  }

  it("has every event of a fit that fails, and marks it in the HParams tab", async function () {
    if (!can("import json")) return this.skip();
    const boom = (run: Run): void => {
      if (run.trainIter === 6) throw new Error("on purpose");
    };
    const failure: unknown = await train({}, [{ name: "boom", stage: "report", order: 9, afterBatch: boom }]).catch((e: unknown) => e);
    expect(String(failure)).to.include("[boom@afterBatch] on purpose");
    const { scalars, plugins } = read("own");
    expect(scalars["train_loss"]?.map(([step]) => step)).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect(plugins["_hparams_/session_end_info"]).to.equal("hparams");
  });

  it("writes pictures that a PNG reader of its own finds whole", async function () {
    if (!can("import PIL")) {
      console.log("      skipped: no Python with Pillow here; FASTAP_PYTHON may name one");
      return this.skip();
    }
    const { EventWriter } = await import("@fastap/plugin-logger-tensorboard");
    const writer = new EventWriter(root, () => 1_700_000_000.5);
    const pixels = Uint8Array.from({ length: 2 * 3 * 3 }, (_, i) => i * 10);
    writer.image("p", { width: 3, height: 2, channels: 3, data: pixels }, 7);
    await writer.flush();
    const bytes = await readFile(writer.file);
    await writeFile(join(root, "p.png"), bytes.subarray(bytes.indexOf("\x89PNG", 0, "latin1")));
    const code = `from PIL import Image; print(list(Image.open(${JSON.stringify(join(root, "p.png"))}).tobytes()))`;
    expect(JSON.parse(execFileSync(python, ["-c", code], { encoding: "utf8" }))).to.deep.equal([...pixels]);
  });

  it("writes the projector's files", async () => {
    await writeProjector(root, { vectors: [1, 2, 3, 4], shape: [2, 2], labels: ["a\tb", "c"] });
    expect((await readdir(root)).toSorted()).to.deep.equal(["embeddings-labels.tsv", "embeddings.tsv", "projector_config.pbtxt"]);
    expect(await readFile(join(root, "embeddings.tsv"), "utf8")).to.equal("1\t2\n3\t4\n");
    expect(await readFile(join(root, "embeddings-labels.tsv"), "utf8")).to.equal("a b\nc\n");
    const failure: unknown = await writeProjector(root, { vectors: [1], shape: [1, 2] }).catch((error: unknown) => error);
    expect(isFastapError(failure) && failure.code).to.equal("E_LOGGER_TENSORBOARD_VECTORS");
  });

  it("says before the first step that it cannot write", async () => {
    await writeFile(join(root, "file"), "");
    const failure: unknown = await train({ logDir: "file/x" }).catch((error: unknown) => error);
    expect(isFastapError(failure) && failure.code).to.equal("E_LOGGER_TENSORBOARD_FILE");
  });
});

/** Settings, their types, and which tags are results. */
function expectTab({ hparams, status, columns, metrics: tags }: NonNullable<Events["hparams"]>): void {
  expect(hparams).to.include({ model: "convNet", optimizer: "adam", bs: 4, n_epoch: 2, seed: 3, backend: "cpu", sqrMom: 0.99 });
  expect([columns["model"], columns["bs"]]).to.deep.equal([1, 3]);
  expect(tags).to.deep.equal(["valid_loss", "accuracy"]);
  expect(status).to.equal(1);
}
