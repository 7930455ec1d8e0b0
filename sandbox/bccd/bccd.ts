import type { Host } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";
import "@fastap/plugin-schedulers";
import { augTransforms, Resize, visionLearner, vocPoints } from "@fastap/plugin-vision";

/** The recipe of fastap.config.yaml from code; a test holds both to the same history on `n` images of `size` pixels. */
export async function bccd(host: Host, { n = 204, size = 192 } = {}): Promise<Learner> {
  const itemTfms = new Resize(size, { method: "squish" });
  const data = { path: "${FASTAP_DATA}/bccd/BCCD", classes: ["WBC"], skipFew: true };
  const dls = await vocPoints(host, { ...data, itemTfms, batchTfms: augTransforms({ flipVert: true }), bs: 16, n });
  const learn = visionLearner(host, dls, "mobilenet_v2", { points: true });
  await learn.fineTune(5, { baseLr: 0.004 });
  return learn;
}
