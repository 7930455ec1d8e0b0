import type { Host } from "@fastap/kernel";
import { layersModel, readTfjsFile } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { expect } from "chai";
import { layersAgree } from "./layers-agree.ts";
import { visionHost } from "./vision-host.ts";

/** What `model.save` would write: model.json and one shard. */
async function saved(model: tfl.LayersModel): Promise<ReturnType<typeof readTfjsFile>> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler((given) => {
      artifacts = given;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } });
    }),
  );
  const { modelTopology, weightSpecs, weightData } = artifacts ?? {};
  const json = { modelTopology, weightsManifest: [{ paths: ["shard"], weights: weightSpecs }] };
  return readTfjsFile(new TextEncoder().encode(JSON.stringify(json)), () => new Uint8Array(weightData as ArrayBuffer));
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
  const tall = apply(l.conv2d({ filters: 8, kernelSize: [3, 1], padding: "same", activation: "tanh" }), normed);
  const sum = apply(l.add(), apply(l.maximum(), deep, tall), apply(l.leakyReLU({ alpha: 0.2 }), normed));
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

  it("computes what tfjs-layers computes, branches and all", async () => {
    const theirs = branched();
    const file = await saved(theirs);
    layersAgree(host, layersModel(file), theirs, [2, 11, 11, 3]);
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
    layersAgree(host, ours, theirs, [2, 8, 8, 2]);
    theirs.dispose();
  });

  it("lists every layer that it cannot have, and reads the part before them", async () => {
    const theirs = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, name: "first" }),
        tfl.layers.upSampling2d({ size: [2, 2], name: "up" }),
        tfl.layers.conv2d({ filters: 2, kernelSize: 3, dilationRate: [2, 1], name: "uneven" }),
      ],
    });
    const file = await saved(theirs);
    expect(() => layersModel(file)).to.throw(/up \(UpSampling2D\), uneven \(Conv2D\)/);
    expect(layersModel(file, { upTo: "first" }).layers).to.have.length(1);
    expect(() => layersModel(file, { upTo: "last" })).to.throw(/no layer "last" to end at[^]*first, up, uneven/);
    theirs.dispose();
  });
});
