import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Host } from "@fastap/kernel";
import { layersArchitecture, layersModel, readLayersFile, visionLearner } from "@fastap/plugin-vision";
import type { LayersGraph } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { expect } from "chai";
import { folder, shared } from "./shared-data.ts";
import { squares } from "./squares.ts";
import { visionHost } from "./vision-host.ts";

/** What `model.save` would write: model.json and one shard. */
async function saved(model: tfl.LayersModel): Promise<ReturnType<typeof readLayersFile>> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler((given) => {
      artifacts = given;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } });
    }),
  );
  const { modelTopology, weightSpecs, weightData } = artifacts ?? {};
  const json = { modelTopology, weightsManifest: [{ paths: ["shard"], weights: weightSpecs }] };
  return readLayersFile(new TextEncoder().encode(JSON.stringify(json)), () => new Uint8Array(weightData as ArrayBuffer));
}

/** Branches, all paddings and every kind of layer, with norms that have seen something. */
function branched(): tfl.LayersModel {
  const input = tfl.input({ shape: [11, 11, 3] });
  const l = tfl.layers;
  const apply = (layer: tfl.layers.Layer, ...x: tfl.SymbolicTensor[]): tfl.SymbolicTensor =>
    layer.apply(x.length === 1 && x[0] !== undefined ? x[0] : x) as tfl.SymbolicTensor;
  const stem = apply(l.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }), input);
  const normed = apply(
    l.batchNormalization({ betaInitializer: "randomUniform", movingMeanInitializer: "randomNormal", gammaInitializer: "randomUniform" }),
    stem,
  );
  const deep = apply(l.depthwiseConv2d({ kernelSize: 3, padding: "same", useBias: false }), normed);
  const sum = apply(l.add(), deep, apply(l.leakyReLU({ alpha: 0.2 }), normed));
  const wide = apply(l.concatenate(), sum, apply(l.reLU({ maxValue: 6 }), stem));
  const pooled = apply(
    l.averagePooling2d({ poolSize: 2, padding: "same" }),
    apply(
      l.zeroPadding2d({
        padding: [
          [1, 0],
          [0, 2],
        ],
      }),
      wide,
    ),
  );
  const top = apply(
    l.dropout({ rate: 0.3 }),
    apply(l.globalAveragePooling2d({}), apply(l.maxPooling2d({ poolSize: 2, strides: 1 }), pooled)),
  );
  return tfl.model({ inputs: input, outputs: apply(l.dense({ units: 5, activation: "softmax" }), top) });
}

describe("tfjs LayersModel", () => {
  let host: Host;
  before(async () => void (host = await visionHost("wasm")));
  after(() => host[Symbol.asyncDispose]());

  function agrees(ours: LayersGraph, theirs: tfl.LayersModel, shape: readonly number[]): void {
    ours.init({ engine: host.resolve("engine"), random: host.resolve("random") });
    ours.train(false);
    const difference = tf.tidy(() => {
      const x = tf.sin(
        tf.reshape(
          tf.range(
            0,
            shape.reduce((a, b) => a * b, 1),
          ),
          [...shape],
        ),
      );
      return tf.max(tf.abs(tf.sub(ours.forward(x) as tf.Tensor, theirs.predict(x) as tf.Tensor))).dataSync()[0];
    });
    expect(difference).to.be.lessThan(1e-4);
    ours.dispose();
  }

  it("computes what tfjs-layers computes, branches and all", async () => {
    const theirs = branched();
    const file = await saved(theirs);
    agrees(layersModel(file), theirs, [2, 11, 11, 3]);
    theirs.dispose();
  });

  it("takes a Sequential model, whose weights train", async () => {
    const theirs = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: [8, 8, 2], filters: 4, kernelSize: 3, dilationRate: 2, padding: "same", activation: "elu" }),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 3 }),
        tfl.layers.activation({ activation: "tanh" }),
      ],
    });
    const ours = layersModel(await saved(theirs));
    expect([...ours.saved().keys()]).to.deep.equal(["layers.0.0.weight", "layers.0.0.bias", "layers.2.0.weight", "layers.2.0.bias"]);
    agrees(ours, theirs, [2, 8, 8, 2]);
    theirs.dispose();
  });

  it("lists every layer that it cannot have, and reads the part before them", async () => {
    const theirs = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, name: "first" }),
        tfl.layers.upSampling2d({ size: [2, 2], name: "up" }),
        tfl.layers.conv2d({ filters: 2, kernelSize: [3, 1], name: "tall" }),
      ],
    });
    const file = await saved(theirs);
    expect(() => layersModel(file)).to.throw(/up \(UpSampling2D\), tall \(Conv2D\)/);
    expect(layersModel(file, { upTo: "first" }).layers).to.have.length(1);
    expect(() => layersModel(file, { upTo: "last" })).to.throw(/no layer "last", but first, up, tall/);
    theirs.dispose();
  });

  it("is a backbone of visionLearner: the real tiny darknet", async function () {
    if (folder === undefined) this.skip(); // FASTAP_DATA is not set: no weights here
    const path = shared("tiny-darknet", "model.json");
    const { modelTopology, weightsManifest } = JSON.parse(readFileSync(path, "utf8")) as {
      modelTopology: object;
      weightsManifest: tf.io.WeightsManifestConfig;
    };
    const shards = weightsManifest.flatMap(({ paths }) => paths.map((shard) => readFileSync(join(dirname(path), shard))));
    const weightData = new Uint8Array(Buffer.concat(shards)).buffer;
    const theirs = await tfl.loadLayersModel(
      tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest.flatMap(({ weights }) => weights), weightData }),
    );
    agrees(layersModel(readLayersFile(readFileSync(path), (shard) => readFileSync(join(dirname(path), shard)))), theirs, [1, 224, 224, 3]);
    theirs.dispose();
    const arch = layersArchitecture(path, { upTo: "leaky_re_lu_15" });
    const learn = visionLearner(host, await squares(host), arch, { linFtrs: [] });
    expect(learn.opt?.groups[0]?.params.filter(({ trainable, isNorm }) => trainable && !isNorm)).to.deep.equal([]);
    await learn.fitOneCycle(1, 0.01);
    learn.unfreeze();
    await learn.fitOneCycle(1, 1e-3);
    learn.dispose();
  });
});
