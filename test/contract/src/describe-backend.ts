import type { Backend } from "@fastap/kernel";
import { expect } from "chai";
import { opCases, type OpCase, type Tfjs } from "./op-cases.ts";
import type { Numbers } from "./reference-ops.ts";

export interface DescribeBackendOptions {
  /** The tfjs-core that the backend registers with. */
  readonly tf: Tfjs;
  /** Registers gradients, which tfjs-core alone does not. */
  readonly prepare?: () => Promise<unknown>;
}

/** Forward results against float64 loops, and gradients against their differences; both are float32 sums of a few dozen terms. */
const forwardTolerance = 1e-5;
const gradientTolerance = 1e-3;
const step = 1e-3;

/**
 * The laws of a backend: it says whether it can run, activates once, computes what plain loops compute with gradients to
 * match, passes NaN on and leaks nothing. Where it is not available the suite is skipped with its reason. Call it inside mocha.
 * @example describeBackend("wasm", () => wasmBackend(), { tf, prepare: () => import("@tensorflow/tfjs-layers") });
 */
export function describeBackend(
  name: string,
  makeBackend: () => Backend | Promise<Backend>,
  { tf, prepare }: DescribeBackendOptions,
): void {
  describe(`backend contract: ${name}`, () => {
    let backend: Backend;
    before(async function () {
      backend = await makeBackend();
      const available = await backend.available();
      if (!available.ok) {
        console.log(`      skipped: ${available.reason}`);
        return this.skip();
      }
      await prepare?.();
      await backend.activate();
    });

    describeActivation(name, () => backend, tf);
    for (const op of opCases) describeOp(op, tf);

    it("passes NaN on", () => {
      for (const f of [tf.relu, tf.exp, (x: ReturnType<Tfjs["tensor"]>) => tf.matMul(x, x), tf.sum, tf.max]) {
        const result = tf.tidy(() => Array.from(f(tf.tensor2d([NaN, 1, 2, 3], [2, 2])).dataSync()));
        expect(result.some(Number.isNaN), f.name).to.equal(true);
      }
    });
  });
}

function describeActivation(name: string, use: () => Backend, tf: Tfjs): void {
  it("carries its name and is the one in use", () => {
    expect(use().name).to.equal(name);
    expect(tf.getBackend()).to.equal(name);
  });

  it("activates once, however often it is asked", async () => {
    const inUse = tf.engine().backend;
    await use().activate();
    expect(tf.engine().backend).to.equal(inUse);
  });

  it("gives facts", async () => {
    const facts = await use().facts();
    expect(Object.keys(facts)).to.not.have.length(0);
    for (const fact of Object.values(facts)) expect(typeof fact).to.be.oneOf(["string", "number", "boolean"]);
  });
}

function describeOp(op: OpCase, tf: Tfjs): void {
  const inputs = op.shapes.map((shape, i) => distinct(size(shape), i + 1));
  const tensors = (): ReturnType<Tfjs["tensor"]>[] => inputs.map((values, i) => tf.tensor([...values], [...(op.shapes[i] ?? [])]));

  it(`computes ${op.name}`, () => {
    const before = tf.memory().numTensors;
    const got = tf.tidy(() => Array.from(op.run(tf, tensors()).dataSync()));
    expectNear(got, op.reference(inputs), forwardTolerance);
    expect(tf.memory().numTensors, "live tensors").to.equal(before);
  });

  it(`has the gradients of ${op.name}`, () => {
    const before = tf.memory().numTensors;
    const weights = distinct(op.reference(inputs).length, 9);
    const got = tf.tidy(() => {
      const dy = tf.tensor1d([...weights]);
      const objective = (...xs: ReturnType<Tfjs["tensor"]>[]): ReturnType<Tfjs["scalar"]> =>
        tf.sum(tf.mul(tf.reshape(op.run(tf, xs), [weights.length]), dy));
      return tf
        .grads(objective)(tensors())
        .map((grad) => Array.from(grad.dataSync()));
    });
    got.forEach((grad, i) => expectNear(grad, differences(op, inputs, i, weights), gradientTolerance));
    expect(tf.memory().numTensors, "live tensors").to.equal(before);
  });
}

/** Central differences of the oracle, weighted by the cotangent, in input `which`. */
function differences(op: OpCase, inputs: readonly Numbers[], which: number, weights: Numbers): Numbers {
  const objective = (values: Numbers): number => {
    const result = op.reference(inputs.map((x, i) => (i === which ? values : x)));
    return result.reduce((sum, v, i) => sum + v * (weights[i] ?? NaN), 0);
  };
  const x = inputs[which] ?? [];
  return x.map((v, i) => (objective(x.with(i, v + step)) - objective(x.with(i, v - step))) / (2 * step));
}

function expectNear(got: Numbers, want: Numbers, tolerance: number): void {
  expect(got.length).to.equal(want.length);
  want.forEach((w, i) => expect(got[i], `[${i}]`).to.be.closeTo(w, tolerance * (1 + Math.abs(w))));
}

/** Values in (−1, 1) no two of which are near each other or zero, so that no maximum ties and no kink is met. */
function distinct(n: number, seed: number): Numbers {
  const stride = [...Array(n).keys()].map((k) => k + seed * 7 + 1).find((k) => greatestCommonDivisor(k, n) === 1) ?? 1;
  return Array.from({ length: n }, (_, i) => (2 * ((i * stride + seed) % n) + 1) / n - 1 + 1 / (3 * n));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
