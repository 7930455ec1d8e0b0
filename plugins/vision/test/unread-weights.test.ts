import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host } from "@fastap/kernel";
import { Normalize } from "@fastap/plugin-data";
import { encodeSafetensors } from "@fastap/plugin-nn";
import { visionLearner } from "@fastap/plugin-vision";
import { expect } from "chai";
import { errorOf } from "./error-of.ts";
import { ARCH, started } from "./started-weights.ts";
import { squares } from "./squares.ts";
import { visionHost } from "./vision-host.ts";
import { useVisionRoom } from "./vision-room.ts";

describe("weights that are not read", () => {
  const room = useVisionRoom();
  let root: string;
  let host: Host;
  beforeEach(() => void ({ root, host } = room()));

  it("a trained model file is enough to validate and predict: the weights it started with may be gone", async () => {
    const weights = join(root, "start.safetensors");
    await writeFile(weights, encodeSafetensors(await started(host)));
    const task = {
      data: ["squares", { bs: 6 }],
      model: ["visionLearner", { arch: ARCH, weights: "start.safetensors", linFtrs: [16] }],
      metrics: ["accuracy"],
      fit: ["fitOneCycle", { nEpoch: 1, lrMax: 0.01 }],
    } as const;
    const configured = await visionHost("wasm", { root, task });
    const { summary } = await configured.resolve("task").train({ out: "runs" });
    await rm(weights);
    const model = "runs/model.safetensors";
    const { accuracy, validLoss } = await configured.resolve("task").validate({ model });
    expect([accuracy, validLoss]).to.deep.equal([summary["accuracy"], summary["validLoss"]]);
    expect((await errorOf(async () => configured.resolve("task").train({ out: "again" }))).message).to.include("start.safetensors");
    await configured[Symbol.asyncDispose]();
  });

  it("unread, weights still say how images are normalised", async () => {
    const dls = await squares(host);
    visionLearner(host, dls, "mobilenet_v1_025", { readWeights: false }).dispose();
    expect(dls.train.hooks.afterBatch.find(Normalize)?.stats?.mean).to.deep.equal([0.5, 0.5, 0.5]);
  });
});
