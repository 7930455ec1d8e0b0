import type { Host } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";
import "@fastap/plugin-schedulers";
import { DihedralItem, Resize, segmentationFolder, unetLearner } from "@fastap/plugin-vision";

/** The recipe of fastap.config.yaml from code; a test holds both to the same history on `n` images of `size` pixels. */
export async function nuclei(host: Host, { n = 160, size = 256 } = {}): Promise<Learner> {
  const path = "${FASTAP_DATA}/nuclei-seg";
  const itemTfms = [new Resize(size), new DihedralItem()];
  const dls = await segmentationFolder(host, { path, csvFname: "items.csv", codes: "codes.txt", itemTfms, bs: 8, n });
  const learn = await unetLearner(host, dls, "deeplab_mnv2", { lossFunc: "crossEntropy", metrics: ["dice"] });
  await learn.fineTune(4, { baseLr: 0.002, lrMult: 10 });
  return learn;
}
