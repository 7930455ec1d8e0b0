import type { Host } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";
import "@fastap/plugin-schedulers";
import { Flip, imageDataLoaders, RandomResizedCrop, visionLearner } from "@fastap/plugin-vision";

/** The recipe of fastap.config.yaml from code; a test holds both to the same history on `n` photos of `size` pixels. */
export async function flowers(host: Host, { n = 450, size = 192 } = {}): Promise<Learner> {
  const itemTfms = new RandomResizedCrop(size, { minScale: 0.5, valXtra: 0 });
  const data = { itemTfms, batchTfms: new Flip(), bs: 16, n };
  const dls = await imageDataLoaders.fromFolder(host, "${FASTAP_DATA}/flowers-mini", data);
  const head = { concatPool: false, linFtrs: [], init: "zeros" } as const;
  const learn = visionLearner(host, dls, "mobilenet_v2", { ...head, metrics: ["accuracy", "errorRate"] });
  await learn.fineTune(4, { freezeEpochs: 0, baseLr: 0.005, lrMult: 25 });
  return learn;
}
