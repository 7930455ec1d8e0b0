import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Host } from "@fastap/kernel";
import { layersArchitecture, layersModel, readTfjsFile, visionLearner } from "@fastap/plugin-vision";
import type { TfjsGraph } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { expect } from "chai";
import { layersAgree } from "./layers-agree.ts";
import { folder, photo, shared } from "./shared-data.ts";
import { squares } from "./squares.ts";
import { visionHost } from "./vision-host.ts";

describe("tfjs LayersModel, the real tiny darknet", () => {
  let host: Host;
  before(async function (): Promise<void> {
    if (folder === undefined) this.skip(); // FASTAP_DATA is not set: no weights here
    host = await visionHost("wasm");
  });
  after(() => host?.[Symbol.asyncDispose]());
  const read = (): ReturnType<typeof readTfjsFile> =>
    readTfjsFile(readFileSync(path()), (shard) => readFileSync(join(dirname(path()), shard)));
  const path = (): string => shared("tiny-darknet", "model.json");

  it("computes what tfjs-layers computes of it", async () => {
    const { modelTopology, weightsManifest } = JSON.parse(readFileSync(path(), "utf8")) as {
      modelTopology: object;
      weightsManifest: tf.io.WeightsManifestConfig;
    };
    const shards = weightsManifest.flatMap(({ paths }) => paths.map((shard) => readFileSync(join(dirname(path()), shard))));
    const weightData = new Uint8Array(Buffer.concat(shards)).buffer;
    const theirs = await tfl.loadLayersModel(
      tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest.flatMap(({ weights }) => weights), weightData }),
    );
    layersAgree(host, layersModel(read()), theirs, [1, 224, 224, 3]);
    theirs.dispose();
  });

  it("sees a cheeseburger and a terrier", async () => {
    const labels = readFileSync(shared("tiny-darknet", "imagenet_darknet_shortnames_1000.txt"), "utf8").trim().split("\n");
    const model = layersModel(read());
    model.init({ engine: host.resolve("engine"), random: host.resolve("random") });
    model.train(false);
    for (const [file, wanted] of [
      ["burger.jpg", "cheeseburger"],
      ["dogs.jpg", "Tibetan terrier"],
    ] as const) {
      const pixels = await photo(shared("images-sample", file), 224);
      const probs = tf.tidy(() => {
        const logits = tf.reshape(model.forward(tf.tensor(pixels, [1, 224, 224, 3])) as tf.Tensor, [-1]);
        return Array.from(tf.softmax(logits).dataSync());
      });
      expect(labels[probs.indexOf(Math.max(...probs))], file).to.equal(wanted);
    }
    model.dispose();
  });

  it("is a backbone of visionLearner whose norms train: frozen they follow the data too, their weights and statistics", async () => {
    const dls = await squares(host);
    const before = tf.memory().numTensors;
    const learn = visionLearner(host, dls, layersArchitecture(path(), { upTo: "leaky_re_lu_15" }), { linFtrs: [] });
    const body = learn.opt?.groups[0]?.params ?? [];
    expect(body.filter(({ trainable, isNorm }) => trainable !== isNorm)).to.deep.equal([]);
    const state = async (): Promise<ReadonlyMap<string, readonly number[]>> => {
      const all = await (learn.model as unknown as TfjsGraph).stateDict();
      return new Map([...all].map(([name, { data }]) => [name, Array.from(data, Number)]));
    };
    const changed = (a: Awaited<ReturnType<typeof state>>, b: typeof a): string[] =>
      [...a.keys()].filter((name) => name.startsWith("0.") && String(a.get(name)) !== String(b.get(name)));
    const kinds = (names: readonly string[]): readonly string[] => [...new Set(names.map((name) => name.split(".").at(-1) ?? ""))];
    const start = await state();
    await learn.fitOneCycle(1, 0.01);
    const frozen = await state();
    expect(kinds(changed(start, frozen))).to.have.members(["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]);
    expect(changed(start, frozen).filter((name) => name.endsWith(".0.weight"))).to.deep.equal([]); // convolutions
    learn.unfreeze();
    await learn.fitOneCycle(1, 1e-3);
    expect(changed(frozen, await state()).filter((name) => name.endsWith(".0.weight"))).to.have.length(15);
    learn.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });
});
