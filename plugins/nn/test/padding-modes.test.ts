import { createHost, isFastapError } from "@fastap/kernel";
import type { Host, Tensor } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { constant, Conv, Conv2d, ConvLayer } from "@fastap/plugin-nn";
import type { ConvOptions } from "@fastap/plugin-nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { readFileSync } from "node:fs";

interface Case {
  readonly ndim: 1 | 2 | 3;
  readonly ni: number;
  readonly nf: number;
  readonly ks: number;
  readonly size: readonly number[];
  readonly options: ConvOptions;
  /** Of the output, channels second. */
  readonly shape: readonly number[];
  readonly y: readonly number[];
  readonly dx: readonly number[];
  readonly dWeight: readonly number[];
}

const { cases } = JSON.parse(readFileSync(new URL("padding-modes.json", import.meta.url), "utf8")) as { readonly cases: readonly Case[] };

function wave(shape: readonly number[], seed: number): Float32Array {
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.7 * i + seed));
}

/** The same numbers with channels last, and back. */
const channelsLast = (x: Tensor): Tensor => tf.transpose(x, [0, ...x.shape.slice(2).map((_, i) => i + 2), 1]);
const channelsSecond = (x: Tensor): Tensor => tf.transpose(x, [0, x.rank - 1, ...x.shape.slice(2).map((_, i) => i + 1)]);

function expectClose(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  expect(actual.length).to.equal(expected.length);
  expected.forEach((want, i) => expect(actual[i], `${what} ${i}`).to.be.closeTo(want, 1e-5 * Math.max(1, Math.abs(want))));
}

describe("padding modes of convolutions", () => {
  let host: Host;
  let tensors: number;
  before(async () => void (host = await createHost({ plugins: [engineTfjs, backendCpu], config: { backend: "cpu", seed: 1 } })));
  after(() => host[Symbol.asyncDispose]());
  beforeEach(() => (tensors = tf.memory().numTensors));
  afterEach(() => expect(tf.memory().numTensors).to.equal(tensors));

  const ready = <T extends Conv | ConvLayer>(module: T): T => {
    module.init({ engine: host.resolve("engine"), random: host.resolve("random") });
    return module;
  };

  for (const { ndim, ni, nf, ks, size, options, shape, y, dx, dWeight } of cases) {
    it(`as PyTorch's Conv${ndim}d(${ni}, ${nf}, ${ks}, ${JSON.stringify(options)}), gradients included`, () => {
      const conv = new Conv(ni, nf, ks, { ...options, ndim });
      conv.loadStateDict(
        new Map([
          ["weight", { data: wave(conv.weight.shape, 1), shape: conv.weight.shape, dtype: "F32" as const }],
          ["bias", { data: wave([nf], 2), shape: [nf], dtype: "F32" as const }],
        ]),
      );
      ready(conv);
      const x = tf.tidy(() => channelsLast(tf.tensor(wave([2, ni, ...size], 3), [2, ni, ...size])));
      const cotangent = tf.tidy(() => channelsLast(tf.tensor(wave(shape, 4), [...shape])));
      let output: Tensor | undefined;
      const { value, grads } = host.resolve("engine").valueAndGrad(
        new Map([
          ["x", x],
          ["weight", conv.weight.value],
        ]),
        () => {
          const made = conv.forward(x) as Tensor;
          output = tf.keep(tf.clone(made));
          return tf.sum(tf.mul(made, cotangent));
        },
      );
      tf.tidy(() => {
        expect(channelsSecond(output as Tensor).shape).to.deep.equal(shape);
        expectClose(channelsSecond(output as Tensor).dataSync(), y, "y");
        expectClose(channelsSecond(grads.get("x") as Tensor).dataSync(), dx, "dx");
        expectClose(conv.weight.toStored(grads.get("weight")?.dataSync() as Float32Array), dWeight, "dWeight");
      });
      tf.dispose([x, cotangent, value, output as Tensor, ...grads.values()]);
      conv.dispose();
    });
  }

  it("ConvLayer hands it on", () => {
    const x = tf.ones([1, 4, 4, 2]);
    const [edges, zeros] = (["replicate", "zeros"] as const).map((paddingMode) => {
      const layer = ready(new ConvLayer(2, 1, { norm: null, act: null, paddingMode, init: constant(1), biasStd: 0 }));
      const y = tf.tidy(() => Array.from((layer.forward(x) as Tensor).dataSync()));
      layer.dispose();
      return y;
    });
    expect(new Set(edges)).to.have.property("size", 1);
    expect(new Set(zeros)).to.have.property("size", 3);
    x.dispose();
  });

  it("refuses what PyTorch has not: other words, transposed convolutions, more than the image gives", () => {
    const refusal = (make: () => unknown): string => {
      try {
        make();
      } catch (error) {
        return isFastapError(error) ? error.message : String(error);
      }
      return "nothing was thrown";
    };
    expect(refusal(() => new Conv2d(1, 1, 3, { paddingMode: "mirror" as "reflect" })))
      .to.contain("E_NN_OPTION")
      .and.contain("replicate");
    expect(refusal(() => new Conv(1, 1, 3, { transpose: true, paddingMode: "reflect" }))).to.contain("not transposed");
    expect(refusal(() => new Conv2d(1, 1, 3, { padding: "tensorflow", paddingMode: "circular" }))).to.contain(`a number or "same"`);
    for (const [paddingMode, least] of [
      ["reflect", 4],
      ["circular", 3],
    ] as const) {
      const conv = ready(new Conv2d(1, 1, 3, { padding: 3, paddingMode }));
      tf.tidy(() => {
        const small = refusal(() => conv.forward(tf.ones([1, least - 1, 9, 1])));
        expect(small).to.contain("E_NN_SHAPE").and.contain(`at least ${least}`);
        expect(refusal(() => conv.forward(tf.ones([1, least, 9, 1])))).to.equal("nothing was thrown");
      });
      conv.dispose();
    }
  });
});
