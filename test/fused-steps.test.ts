import { createHost, type Grads, type Host, type OptFunc, type Optimizer, type Param } from "@fastap/kernel";
import { backendNative } from "@fastap/plugin-backend-native";
import { composedOps } from "@fastap/plugin-engine-tfjs";
import { adam, lamb, larc, optimizerEntries, qhadam, radam, ranger, rmsprop, sgd } from "@fastap/plugin-optimizers";
import { core } from "@fastap/preset-core";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

type Options = Readonly<Record<string, number | boolean>>;

/** Every optimizer of our own: how it is made of plain ops, one parameter at a time, and what changes its rule. */
const optimizers: Readonly<Record<string, readonly [composed: (options: Options) => OptFunc, ...variants: Options[]]>> = {
  sgd: [sgd, {}, { mom: 0.9 }],
  rmsprop: [rmsprop, {}, { mom: 0.9 }],
  adam: [(options) => adam({ ops: composedOps }, options), {}],
  radam: [radam, {}, { beta: 50 }],
  qhadam: [qhadam, {}, { nu1: 0.4, nu2: 0.9 }],
  larc: [larc, {}, { mom: 0 }, { clip: false }, { moveZeros: true }],
  lamb: [lamb, {}],
  ranger: [ranger, {}, { beta: 50 }, { k: 2, alpha: 0.3 }],
};
const decays: readonly Options[] = [{ wd: 0 }, { wd: 0.1 }, { wd: 0.1, decoupleWd: false }];
const shapes = [[3, 7], [1], [70_001], [4, 2, 3]];
const STEPS = 12;
/** Lookahead moves its slow weights in a call of their own, each time that they are due. */
const callsOf = (name: string, { k = 6 }: Options, step: number): number => (name === "ranger" && step % Number(k) === 0 ? 2 : 1);

describe("every optimizer has a row in the table of fused steps", () => {
  it("but the one that wraps those of other libraries, whose rules go one parameter at a time", () => {
    const names = optimizerEntries.map(({ name }) => name).filter((name) => name !== "optimWrapper");
    expect(Object.keys(optimizers)).to.have.members(names);
  });
});

for (const backend of ["wasm", "native"]) {
  describe(`a step on ${backend} is one call for all parameters`, () => {
    let host: Host;
    let tensors: number;
    before(async function () {
      const plugins = [["progress", { mode: "none" }] as const, backendNative];
      {
        await using asked = await createHost({ presets: [core], plugins, config: { backend: "cpu", seed: 1 } });
        const available = await asked.registry("backends").make(backend).available();
        if (!available.ok) {
          console.log(`      skipped: ${available.reason}`);
          return this.skip();
        }
      }
      host = await createHost({ presets: [core], plugins, config: { backend, seed: 1 } });
    });
    after(async () => await host[Symbol.asyncDispose]());
    beforeEach(() => (tensors = tf.memory().numTensors));
    afterEach(() => expect(tf.memory().numTensors).to.equal(tensors));

    for (const [name, [composed, ...variants]] of Object.entries(optimizers)) {
      for (const options of variants.flatMap((variant) => decays.map((decay) => ({ ...variant, ...decay })))) {
        it(`${name} ${JSON.stringify(options)}, and gives what plain ops give`, async () => {
          const fused = start(host.registry("optimizers").make([name, options]));
          const plain = start(composed(options));
          for (let step = 1; step <= STEPS; step++) {
            const grads = gradients(step);
            // The first one makes moments.
            const { kernels } = await tf.profile(() => void fused.opt.step(grads));
            if (step > 1)
              expect(
                kernels.map((kernel) => kernel.name),
                `step ${step}`,
              ).to.deep.equal(Array(callsOf(name, options, step)).fill("FastapOptimizerStep"));
            void plain.opt.step(grads);
            plain.opt.zeroGrad(grads);
          }
          fused.params.forEach(({ value }, i) => expectClose(value.dataSync(), plain.params[i]?.value.dataSync() ?? []));
          for (const { opt, params } of [fused, plain]) end(opt, params);
        });
      }
    }
  });
}

interface Started {
  readonly opt: Optimizer;
  readonly params: readonly Param[];
}

/** The last parameter is zeros; the second is a bias, which does not decay. */
function start(make: OptFunc): Started {
  const params = shapes.map((shape, i): Param => {
    const value = tf.tidy(() => tf.variable(tf.mul(wave(shape, i), i === shapes.length - 1 ? 0 : 1)));
    return { name: String(i), value, isNorm: false, isBias: i === 1, trainable: true };
  });
  return { opt: make([params.slice(0, 2), params.slice(2)], { lr: 0.05 }), params };
}

function end(opt: Optimizer, params: readonly Param[]): void {
  opt.dispose();
  for (const { value } of params) value.dispose();
}

function gradients(step: number): Grads {
  return new Map(shapes.map((shape, i) => [String(i), wave(shape, 10 * step + i)]));
}

function wave(shape: number[], seed: number): tf.Tensor {
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(1 + i + seed)),
    shape,
  );
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  const scale = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  const far = Array.from(actual).findIndex((x, i) => !(Math.abs(x - (expected[i] ?? NaN)) <= 1e-5 * scale));
  expect(far === -1 ? "close" : `[${far}]: ${actual[far]}, plain ${expected[far]}`).to.equal("close");
}
