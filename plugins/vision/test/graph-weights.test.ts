import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "@fastap/kernel";
import type { Parameter } from "@fastap/plugin-nn";
import { createBody, graphArchitecture, visionLearner } from "@fastap/plugin-vision";
import type { TfjsGraph } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { errorOf } from "./error-of.ts";
import { graphDifference } from "./graph-difference.ts";
import { imagenetGraph } from "./saved-graph.ts";
import { folder, photo, shared } from "./shared-data.ts";
import { squares } from "./squares.ts";
import { visionHost } from "./vision-host.ts";

describe("tfjs GraphModel with real weights", () => {
  let host: Host;
  let root: string;
  before(async function (): Promise<void> {
    if (folder === undefined) this.skip(); // FASTAP_DATA is not set: no weights here
    host = await visionHost("wasm");
    root = await mkdtemp(join(tmpdir(), "fastap-graph-"));
  });
  after(async () => {
    if (root !== undefined) await rm(root, { recursive: true });
    await host?.[Symbol.asyncDispose]();
  });

  async function burger(side: number): Promise<tf.Tensor> {
    const values = await photo(shared("images-sample", "burger.jpg"), side);
    return tf.tidy(() => tf.sub(tf.mul(tf.tensor(values, [1, side, side, 3]), 2), 1));
  }

  it("MobileNet v1 and v2 and DeepLab: features and outputs are those of tfjs on a photo", async () => {
    for (const [name, side, features, output] of [
      ["mobilenet_v1_0.25_224", 224, "MobilenetV1/MobilenetV1/Conv2d_13_pointwise", "SOFTMAX_86"],
      ["mobilenet_v2_1.0_224", 224, "MobilenetV2/Conv_1", "RESHAPE_172"],
      ["deeplabv3_mnv2_dm05_257_voc", 257, "MobilenetV2/expanded_conv_16/project", "RESIZE_BILINEAR_168"],
    ] as const) {
      const x = await burger(side);
      const graph = imagenetGraph(name);
      expect(graphDifference(host, graph, x, features), name).to.be.lessThan(1e-4);
      expect(graphDifference(host, graph, x, output), name).to.be.lessThan(1e-4);
      x.dispose();
    }
  });

  it("is a backbone of visionLearner that ends where pixels do, frozen and then trained", async () => {
    const path = join(root, "model.json");
    const { json, shard } = imagenetGraph("mobilenet_v1_0.25_224").bytes;
    await writeFile(path, json);
    await writeFile(join(root, "shard"), shard);
    const arch = graphArchitecture(path, { stats: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } });
    const body = createBody(arch.make({}), arch.cut).layers[0] as TfjsGraph;
    expect(body.after({ channels: 3, height: 224, width: 224 })).to.deep.equal({ channels: 256, height: 7, width: 7 });
    const dls = await squares(host);
    const before = tf.memory().numTensors;
    const learn = visionLearner(host, dls, arch, { linFtrs: [] });
    const frozen = learn.opt?.groups[0]?.params ?? [];
    expect(frozen.filter(({ trainable }) => trainable)).to.deep.equal([]);
    const values = (): number[] => Array.from((frozen[0] as Parameter).value.dataSync());
    const start = values();
    await learn.fitOneCycle(1, 0.01);
    expect(values()).to.deep.equal(start);
    learn.unfreeze();
    await learn.fitOneCycle(1, 1e-3);
    expect(values()).to.not.deep.equal(start);
    learn.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("is named by its path in a config, and reads missing files by name", async () => {
    const path = join(root, "named.json");
    const { json, shard } = imagenetGraph("mobilenet_v1_0.25_224").bytes;
    await writeFile(path, json);
    await writeFile(join(root, "shard"), shard);
    const make = host.registry("learners").make(["visionLearner", { arch: path, linFtrs: [] }]);
    const learn = await make(await squares(host), {});
    expect(learn.opt?.groups[0]?.params).to.have.length(54);
    learn.dispose();
    expect(() => host.registry("learners").make(["visionLearner", { arch: path, cuts: 1 }])).to.throw(/E_VISION_MODEL_OPTION/);
    await rm(join(root, "shard"));
    const { message } = await errorOf(() => host.registry("learners").make(["visionLearner", { arch: path }])({} as never, {}));
    expect(message).to.match(/E_VISION_TFJS_FILE.*shard/s);
  });
});
