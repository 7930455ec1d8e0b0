import "@tensorflow/tfjs-backend-cpu";
import { isFastapError, type Grads, type OptFunc, type Optimizer, type Param } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

type Kind = "weight" | "bias" | "norm";

export function param(name: string, values: readonly number[], kind: Kind = "weight"): Param {
  const value = tf.tidy(() => tf.variable(tf.tensor1d([...values])));
  return { name, value, isNorm: kind === "norm", isBias: kind === "bias", trainable: true };
}

export function gradients(values: Readonly<Record<string, readonly number[]>>): Grads {
  return new Map(Object.entries(values).map(([name, grad]) => [name, tf.tensor1d([...grad])]));
}

export function stepOnce(opt: Optimizer, values: Readonly<Record<string, readonly number[]>>): void {
  const grads = gradients(values);
  void opt.step(grads);
  opt.zeroGrad(grads);
  expect(grads.size).to.equal(0);
}

export function valueOf({ value }: Param): number[] {
  return Array.from(value.dataSync(), (x) => Number(x.toFixed(6)));
}

export function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    return isFastapError(error) ? `${error.code}: ${error.message}` : String(error);
  }
  return "nothing was thrown";
}

export interface Fixture {
  readonly params: (...list: Param[]) => Param[];
  readonly build: (func: OptFunc, groups: readonly (readonly Param[])[], options?: { readonly lr: number }) => Optimizer;
}

/** Hooks that dispose what a test makes through the fixture and hold the number of tensors. */
export function useFixture(): Fixture {
  let before = 0;
  let made: Param[] = [];
  let opts: Optimizer[] = [];
  beforeEach(async () => {
    await tf.ready();
    before = tf.memory().numTensors;
    [made, opts] = [[], []];
  });
  afterEach(() => {
    for (const opt of opts) opt.dispose();
    for (const { value } of made) value.dispose();
    expect(tf.memory().numTensors, "tensors left").to.equal(before);
  });
  return {
    params: (...list) => (made.push(...list), list),
    build: (func, groups, options = { lr: 0.1 }) => {
      const opt = func(groups, options);
      opts.push(opt);
      return opt;
    },
  };
}
