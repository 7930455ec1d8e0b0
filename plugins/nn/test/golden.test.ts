import { readFileSync } from "node:fs";
import { cpuBackend } from "@fastap/plugin-backend-cpu";
import { createEngine, createRandom } from "@fastap/plugin-engine-tfjs";
import { BatchNorm, ConvLayer, Flatten, GlobalAvgPool, InstanceNorm, Linear, Relu, Sequential } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { fromGolden, goldenState, runLayerCase, toGolden, values, type GoldenTensor, type LayerCase } from "./golden-layers.ts";

/** Batch norm trained for three steps. */
interface ThreeSteps {
  readonly inputs: Pick<LayerCase["inputs"], "state_dict" | "weights" | "state_dict_keys"> & { readonly batches: readonly GoldenTensor[] };
  readonly expected: {
    readonly steps: readonly { readonly loss: number }[];
    readonly eval_output: GoldenTensor;
    readonly final_state: Readonly<Record<string, GoldenTensor>>;
  };
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../test/golden/cases/layers/${name}.json`, import.meta.url), "utf8"));
const cases: Record<string, () => Module> = {
  conv_default: () => new ConvLayer(4, 8),
  conv_stride2: () => new ConvLayer(4, 8, { stride: 2 }),
  conv_bias_true: () => new ConvLayer(4, 8, { bias: true }),
  conv_nonorm: () => new ConvLayer(4, 8, { norm: null }),
  conv_dilation: () => new ConvLayer(4, 8, { dilation: 2, padding: 2 }),
  conv_groups: () => new ConvLayer(4, 8, { groups: 2 }),
  conv_ks1: () => new ConvLayer(4, 8, { ks: 1 }),
  conv_ks4_pad: () => new ConvLayer(4, 8, { ks: 4, stride: 2 }),
  conv_noact: () => new ConvLayer(4, 8, { act: null }),
  conv_bn_last: () => new ConvLayer(4, 8, { bn1st: false }),
  conv_batchzero: () => new ConvLayer(4, 8, { norm: "batchZero" }),
  batchnorm_factory: () => new BatchNorm(4),
  batchnorm1dflat: () => new BatchNorm(6),
  conv_instance: () => new ConvLayer(4, 8, { norm: "instance" }),
  instancenorm_factory: () => new InstanceNorm(4),
  linbndrop_default: () => new Sequential(new BatchNorm(7), new Linear(7, 4, { bias: false })),
  linbndrop_lin_first: () => new Sequential(new Linear(7, 4, { bias: false }), new Relu(), new BatchNorm(4)),
  simplecnn: () =>
    new Sequential(
      new ConvLayer(4, 8, { stride: 2 }),
      new ConvLayer(8, 6, { stride: 2, norm: null }),
      new Sequential(new GlobalAvgPool(), new Flatten()),
    ),
};

describe("golden layers of fastai", () => {
  const services = { engine: createEngine(), random: createRandom(1) };
  before(async () => await services.engine.activate(cpuBackend));

  for (const [name, make] of Object.entries(cases)) {
    it(name, async () => {
      const before = tf.memory().numTensors;
      const module = make();
      expect(await runLayerCase(module, read(name) as LayerCase, services)).to.deep.equal([]);
      module.dispose();
      expect(tf.memory().numTensors).to.equal(before);
    });
  }

  it("bn_three_steps", async () => {
    const golden = read("bn_three_steps") as ThreeSteps;
    const [first] = golden.inputs.batches;
    if (first === undefined) throw new Error("the case has no batch");
    const { engine } = services;
    const before = tf.memory().numTensors;
    const module = new ConvLayer(3, 4);
    module.init(services);
    module.loadStateDict(goldenState(golden.inputs));
    const near = (got: readonly number[], want: readonly number[]): void =>
      want.forEach((v, i) => expect(got[i]).to.be.closeTo(v, 1e-5 + 1e-4 * Math.abs(v)));
    await engine.scopeAsync(async () => {
      for (const [i, batch] of golden.inputs.batches.entries()) {
        const x = fromGolden(batch);
        const params = new Map<string, tf.Tensor>(module.parameters().map((p) => [p.name, p.value]));
        const { value, grads } = engine.valueAndGrad(params, () => tf.mean(tf.square(module.forward(x) as tf.Tensor)));
        near([...value.dataSync()], [golden.expected.steps[i]?.loss ?? NaN]);
        for (const p of module.parameters()) p.value.assign(tf.sub(p.value, tf.mul(grads.get(p.name) as tf.Tensor, 0.05)));
      }
      module.train(false);
      near(toGolden(module.forward(fromGolden(first)) as tf.Tensor), values(golden.expected.eval_output));
    });
    const state = await module.stateDict();
    for (const [key, want] of Object.entries(golden.expected.final_state))
      near(Array.from(state.get(key)?.data ?? [], Number), values(want));
    module.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });
});
