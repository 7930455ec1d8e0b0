import type { Host } from "@fastap/kernel";
import { graphModel } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { errorOf } from "./error-of.ts";
import { conv, waves } from "./every-op.ts";
import { graphDifference } from "./graph-difference.ts";
import { ints, SavedGraph, text } from "./saved-graph.ts";
import { visionHost } from "./vision-host.ts";

describe("what is read of a tfjs GraphModel", () => {
  let host: Host;
  before(async () => void (host = await visionHost("wasm")));
  after(() => host[Symbol.asyncDispose]());

  it("refuses channels first by name, in every op", async () => {
    for (const [op, operands] of [
      ["Conv2D", ["input", "kernel"]],
      ["BiasAdd", ["input", "bias"]],
      ["FusedBatchNormV3", ["input", "bias", "bias", "bias", "bias"]],
      ["MaxPool", ["input"]],
    ] as const) {
      const graph = new SavedGraph([-1, 3, 8, 8]);
      graph.values("kernel", [3, 3, 3, 3], waves(81));
      graph.values("bias", [3], waves(3));
      graph.node(op, "first", operands, { ...conv(1, "SAME"), ksize: ints(1, 1, 2, 2), data_format: text("NCHW") });
      const { message } = await errorOf(() => graphModel(graph.file));
      expect(message)
        .to.match(/^E_VISION_UNSUPPORTED/)
        .and.contain(`first (${op}: data_format NCHW, where images are NHWC here)`);
    }
  });

  it("reads sizes that the graph makes of the number of images, and says which sizes it cannot know", async () => {
    const graph = new SavedGraph([-1, 4, 4, 3]);
    const ints32 = (name: string, ...values: number[]): string => graph.values(name, [values.length], values, "int32");
    graph.node("Shape", "shape", ["input"]);
    const slice = [ints32("0", 0), ints32("1", 1), ints32("step", 1)];
    graph.node("StridedSlice", "batch", ["shape", ...slice], { shrink_axis_mask: { i: "1" } });
    graph.node("Pack", "sizes", ["batch", graph.values("48", [], [48], "int32")], { N: { i: "2" }, axis: { i: "0" } });
    graph.node("Reshape", "flat", ["input", "sizes"]);
    const x = tf.tensor([...waves(96)], [2, 4, 4, 3]);
    expect(graphDifference(host, graph, x, "flat")).to.equal(0);
    expect(graphModel(graph.file).layers).to.have.length(2);
    x.dispose();
    graph.node("StridedSlice", "height", ["shape", "1", ints32("2", 2), "step"], {});
    graph.node("ResizeBilinear", "same", ["input", "height"]);
    const { message } = await errorOf(() => graphModel(graph.file, { upTo: "same" }));
    expect(message).to.contain(`same (ResizeBilinear: its operand 2, "height", is known only when it runs)`);
  });

  it("gives the output that is named, by the signature or by its node, and refuses to guess", async () => {
    const graph = new SavedGraph([-1, 4, 4, 3]);
    graph.node("Relu", "body", ["input"]);
    graph.node("Sigmoid", "Identity", ["body"]);
    graph.node("Tanh", "Identity_1", ["body"]);
    expect((await errorOf(() => graphModel(graph.file))).message).to.match(/^E_VISION_OUTPUTS.*2 outputs.*Identity, Identity_1/s);
    graph.outputs({ scores: "Identity:0", boxes: "Identity_1:0" });
    expect((await errorOf(() => graphModel(graph.file))).message).to.match(/^E_VISION_OUTPUTS.*upTo.*scores, boxes/s);
    for (const upTo of ["boxes", "Identity_1", "Identity_1:0"])
      expect(graphModel(graph.file, { upTo }).layers.map(({ constructor }) => constructor.name), upTo).to.deep.equal(["ImageInput", "Relu", "Tanh"]); // prettier-ignore
    expect((await errorOf(() => graphModel(graph.file, { upTo: "boxs" }))).message).to.contain(`Did you mean "boxes"`);
  });
});
