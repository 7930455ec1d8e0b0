import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost, isFastapError, type Host, type PluginEntry } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { checkpoint } from "@fastap/plugin-checkpoint";
import { ArrayDataset, data, DataLoaders } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { createLearner, learner, type Learner } from "@fastap/plugin-learner";
import { csvLogger, loggerCsv, readLog } from "@fastap/plugin-logger-csv";
import { losses } from "@fastap/plugin-losses";
import { metrics } from "@fastap/plugin-metrics";
import { nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";
import { schedulers } from "@fastap/plugin-schedulers";
import { expect } from "chai";

describe("logger-csv", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "fastap-csv-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  const hostWith = (...more: PluginEntry[]): Promise<Host> =>
    createHost({
      plugins: [engineTfjs, backendCpu, data, nn, losses, metrics, optimizers, learner, schedulers, ...more],
      config: { backend: "cpu", seed: 3, root },
    });

  function learnerOn(host: Host): Learner {
    const dataset = new ArrayDataset([
      { data: Float32Array.from({ length: 32 }, (_, i) => Math.sin(i)), shape: [2] },
      { data: Int32Array.from({ length: 16 }, (_, i) => i % 2), shape: [] },
    ]);
    const [engine, random] = [host.resolve("engine"), host.resolve("random")];
    const dls = DataLoaders.fromDatasets([dataset, dataset], { engine, random, bs: 4, lossFunc: "crossEntropy" });
    return createLearner(host, dls, ["mlp", { sizes: [2, 4, 2] }], { metrics: ["accuracy"] });
  }

  it("writes a header and a row per epoch, and nothing of a validation", async () => {
    await using host = await hostWith([loggerCsv, { fname: "logs/h.csv" }]);
    const learn = learnerOn(host);
    await learn.fit(3, 0.01);
    const rows = await readLog(join(root, "logs/h.csv"));
    await learn.validate();
    expect(await readLog(join(root, "logs/h.csv"))).to.deep.equal(rows);
    expect(rows).to.deep.equal(learn.recorder?.history.map((row) => ({ ...row })));
    expect((await readFile(join(root, "logs/h.csv"), "utf8")).split("\n")[0]).to.equal("epoch,train_loss,valid_loss,accuracy,time");
    learn.dispose();
  });

  it("starts anew, or appends under a header of its own", async () => {
    await using host = await hostWith();
    const learn = learnerOn(host);
    const lines = async (): Promise<number> => (await readFile(join(root, "history.csv"), "utf8")).split("\n").length - 1;
    await learn.fit(2, 0.01, { cbs: [csvLogger()] });
    await learn.fit(1, 0.01, { cbs: [csvLogger()] });
    expect(await lines()).to.equal(2);
    await learn.fit(2, 0.01, { cbs: [csvLogger({ append: true })] });
    expect(await lines()).to.equal(5);
    expect(await readLog(join(root, "history.csv"))).to.have.length(3);
    learn.dispose();
  });

  it("has the rows of an epoch on disk when the next one fails, and the file closed", async () => {
    await using host = await hostWith(loggerCsv);
    const learn = learnerOn(host);
    const boom = {
      name: "boom",
      beforeTrain: (run: { epoch: number }) => {
        if (run.epoch === 2) throw new Error("boom");
      },
    };
    await learn.fit(4, 0.01, { cbs: [boom] }).catch(() => undefined);
    expect(await readLog(join(root, "history.csv"))).to.have.length(2);
    learn.dispose();
  });

  it("goes on with its file where a fit resumes", async () => {
    await using host = await hostWith(loggerCsv, [checkpoint, { everySteps: 3 }]);
    const learn = learnerOn(host);
    const boom = {
      name: "boom",
      beforeStep: (run: { trainIter: number }) => {
        if (run.trainIter === 10) throw new Error("boom");
      },
    };
    await learn.fit(4, 0.01, { cbs: [boom] }).catch(() => undefined);
    const before = await readLog(join(root, "history.csv"));
    await learn.fit(4, 0.01, { resume: true });
    const rows = await readLog(join(root, "history.csv"));
    expect(rows.map((row) => row["epoch"])).to.deep.equal([0, 1, 2, 3]);
    expect(rows.slice(0, 2)).to.deep.equal(before.slice(0, 2));
    learn.dispose();
  });

  it("says before the first step that it cannot write", async () => {
    await writeFile(join(root, "file"), "");
    await using host = await hostWith([loggerCsv, { fname: "file/history.csv" }]);
    const learn = learnerOn(host);
    const failure: unknown = await learn.fit(1).catch((error: unknown) => error);
    expect(isFastapError(failure) && failure.code).to.equal("E_LOGGER_CSV_FILE");
    learn.dispose();
  });
});
