import type { Host } from "@fastap/kernel";
import { graphModel, readTfjsFile } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { errorOf } from "./error-of.ts";
import { conv, everyOp, waves } from "./every-op.ts";
import { graphDifference } from "./graph-difference.ts";
import { SavedGraph } from "./saved-graph.ts";
import { visionHost } from "./vision-host.ts";

describe("tfjs GraphModel", () => {
  let host: Host;
  before(async () => void (host = await visionHost("wasm")));
  after(() => host[Symbol.asyncDispose]());

  function pixels(shape: readonly number[]): tf.Tensor {
    return tf.tensor([...waves(shape.reduce((a, b) => a * b, 1))], [...shape]);
  }

  it("computes what tfjs computes, op by op", () => {
    const graph = everyOp();
    const x = pixels([2, 12, 12, 3]);
    const nodes = ["centred", "leaky", "filtered", "tall", "shifted", "gated", "both", "larger", "averaged", "bounded", "hidden", "out"];
    for (const node of nodes) expect(graphDifference(host, graph, x, node), node).to.be.lessThan(1e-5);
    x.dispose();
  });

  it("trains its weights, not its constants of one number", () => {
    const model = graphModel(everyOp().file);
    const services = { engine: host.resolve("engine"), random: host.resolve("random") };
    const before = tf.memory().numTensors;
    model.init(services);
    expect(model.parameters()).to.have.length(14);
    expect([...model.buffers().values()].filter(({ shape }) => shape.every((size) => size === 1))).to.have.length(5); // and a counter
    const x = pixels([2, 12, 12, 3]);
    const params = new Map(model.parameters().map(({ name, value }) => [name, value]));
    const { value, grads } = services.engine.valueAndGrad(params, () => tf.sum(tf.square(model.forward(x) as tf.Tensor)) as tf.Scalar);
    expect(grads.size).to.equal(14);
    for (const [name, grad] of grads)
      expect(
        tf.tidy(() => tf.sum(tf.abs(grad as tf.Tensor)).dataSync()[0]),
        name,
      ).to.be.greaterThan(0);
    for (const tensor of [value, x, ...grads.values()]) tensor.dispose();
    model.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("reads quantised shards", () => {
    const weights = [
      { name: "bytes", shape: [3], dtype: "float32", quantization: { dtype: "uint8", min: -1, scale: 0.5 } },
      { name: "halves", shape: [2], dtype: "float32", quantization: { dtype: "float16" } },
      { name: "sizes", shape: [1], dtype: "int32" },
    ];
    const json = new TextEncoder().encode(JSON.stringify({ modelTopology: {}, weightsManifest: [{ paths: ["a", "b"], weights }] }));
    const shards = new Map([
      ["a", Uint8Array.of(0, 2, 255, 0x00, 0x3c)],
      ["b", Uint8Array.of(0x00, 0xc0, 7, 0, 0, 0)],
    ]);
    const read = (name: string): Uint8Array => shards.get(name) ?? new Uint8Array();
    const values = [...readTfjsFile(json, read).weights.values()].map(({ data }) => Array.from(data));
    expect(values).to.deep.equal([[-1, 0, 126.5], [1, -2], [7]]);
    shards.delete("b");
    expect(() => readTfjsFile(json, read)).to.throw(/E_VISION_TFJS_FILE.*shards end within "halves"/);
  });

  it("says which ops cannot be read, and reads the part before them", async () => {
    const graph = new SavedGraph([-1, 8, 8, 3]);
    graph.node("Relu", "body", ["input"]);
    graph.node("Conv2D", "dynamic", ["body", "body"], conv(1, "SAME"));
    graph.node("TopKV2", "best", ["dynamic"]);
    graph.node("Relu", "second", ["best:1"]);
    expect((await errorOf(() => graphModel(graph.file))).message).to.contain("best:1 (output 1 of a node)");
    const { message } = await errorOf(() => graphModel(graph.file, { upTo: "best" }));
    expect(message).to.contain(`dynamic (Conv2D: its operand 2, "body", is known only when it runs), best (TopKV2)`).and.contain("upTo");
    expect(graphModel(graph.file, { upTo: "body" }).layers).to.have.length(2);
  });

  it("names the nearest node where the one to end at is absent", async () => {
    const { message } = await errorOf(() => graphModel(everyOp().file, { upTo: "hiden" }));
    expect(message).to.match(/^E_VISION_CUT_NODE.*no layer "hiden".*one of its \d+: input, .* more.*"hidden"/s);
  });

  it("refuses images of other channels by name, and says before step 0 what a backend lacks", async () => {
    const model = graphModel(everyOp().file);
    model.init({ engine: host.resolve("engine"), random: host.resolve("random") });
    const grey = tf.zeros([1, 12, 12, 1]);
    expect((await errorOf(() => model.forward(grey))).message).to.match(/E_NN_SHAPE.*layers\.0.*\[batch, height, width, 3\]/s);
    grey.dispose();
    model.dispose();
    const needs = model.requiredOps();
    expect(needs).to.deep.include({ layer: "layers.5", op: "FusedBatchNorm" });
    host.resolve("engine").preflight(needs);
    const { message } = await errorOf(() => host.resolve("engine").preflight([...needs, { layer: "layers.9", op: "NoSuchOp" }]));
    expect(message).to.contain("NoSuchOp").and.contain("layers.9");
  });
});
