import type { Engine, Grads, LossFunc, Model, Optimizer, Param, Plugin, Tensor } from "@fastap/kernel";
import { definePlugin } from "@fastap/kernel";

type Back = (grad: number) => readonly (readonly [Scalar, number])[];

/** A number that remembers how it was made: reverse-mode differentiation in a page, so that kernel tests need no tensor library. */
export class Scalar implements Tensor {
  static alive = 0;
  readonly shape: readonly number[] = [];
  readonly dtype = "float64";
  isDisposed = false;
  readonly value: number;
  readonly back: Back;

  constructor(value: number, back: Back = () => []) {
    this.value = value;
    this.back = back;
    Scalar.alive++;
    scopes.at(-1)?.add(this);
  }
  dispose(): void {
    if (!this.isDisposed) Scalar.alive--;
    this.isDisposed = true;
  }
}

const scopes: Set<Scalar>[] = [];
const s = (t: Tensor): Scalar => t as Scalar;
export const add = (a: Tensor, b: Tensor): Scalar =>
  new Scalar(s(a).value + s(b).value, (g) => [
    [s(a), g],
    [s(b), g],
  ]);
export const mul = (a: Tensor, b: Tensor): Scalar =>
  new Scalar(s(a).value * s(b).value, (g) => [
    [s(a), g * s(b).value],
    [s(b), g * s(a).value],
  ]);
export const valueOf = (t: Tensor | undefined): number => (t === undefined ? NaN : s(t).value);

function close(scope: Set<Scalar>, result: unknown): void {
  scopes.splice(scopes.indexOf(scope), 1);
  for (const t of scope) if (t !== result) t.dispose();
  if (result instanceof Scalar && scope.has(result)) scopes.at(-1)?.add(result);
}

/** d value / d leaf, for every leaf that value depends on. */
function differentiate(value: Scalar): Map<Scalar, number> {
  const grads = new Map<Scalar, number>();
  const visit = (node: Scalar, grad: number): void => {
    grads.set(node, (grads.get(node) ?? 0) + grad);
    for (const [parent, g] of node.back(grad)) visit(parent, g);
  };
  visit(value, 1);
  return grads;
}

export const scalarEngine: Engine = {
  name: "scalar",
  backend: "numbers",
  ops: {} as Engine["ops"], // the loop uses none
  valueAndGrad(params, f) {
    return this.scope(() => {
      const value = s(f());
      const found = differentiate(value);
      const grads: Grads = new Map();
      for (const [name, param] of params) {
        const grad = found.get(s(param));
        if (grad !== undefined) grads.set(name, this.keep(new Scalar(grad)));
      }
      this.keep(value);
      return { value, grads };
    });
  },
  scope(f) {
    const scope = new Set<Scalar>();
    scopes.push(scope);
    let result: unknown;
    try {
      const made = f();
      result = made;
      return made;
    } finally {
      close(scope, result);
    }
  },
  async scopeAsync(f) {
    const scope = new Set<Scalar>();
    scopes.push(scope);
    try {
      return await f();
    } finally {
      close(scope, undefined);
    }
  },
  keep(t) {
    for (const scope of scopes) scope.delete(s(t));
    return t;
  },
  add,
  from: (data) => new Scalar(Number(data[0])),
  read: (t) => Promise.resolve(Float32Array.of(s(t).value)),
  memory: () => ({ tensors: Scalar.alive, bytes: 8 * Scalar.alive }),
  preflight: () => undefined,
};

export const scalarPlugin: Plugin<"scalar"> = definePlugin({
  meta: { name: "scalar", version: "0.1.0", kernel: "^0.1.0", provides: ["engine"] },
  apply(host) {
    host.provide("engine", () => scalarEngine);
  },
});

/** y = w·x + b with squared error, plain SGD, and a loader of given pairs. */
export function linearParts(log: string[] = []): {
  model: Model;
  lossFunc: LossFunc;
  opt: Optimizer;
  weights: () => number[];
  dispose: () => void;
} {
  const params: { name: string; value: Scalar; isNorm: boolean; isBias: boolean; trainable: boolean }[] = ["w", "b"].map((name) => ({
    name,
    value: scalarEngine.keep(new Scalar(name === "w" ? 0.5 : 0)),
    isNorm: false,
    isBias: name === "b",
    trainable: true,
  }));
  const model: Model = {
    init: () => undefined,
    forward: (x) => add(mul(at(params, 0).value, x ?? new Scalar(0)), at(params, 1).value),
    parameters: () => params as readonly Param[],
    train: () => undefined,
    stateDict: () => Promise.resolve(new Map()),
    loadStateDict: () => undefined,
    dispose: () => undefined,
  };
  const lossFunc: LossFunc = {
    name: "mse",
    yInt: false,
    reduction: "mean",
    forward: (pred, y) => {
      const diff = add(pred as Tensor, mul(new Scalar(-1), y ?? new Scalar(0)));
      return mul(diff, diff);
    },
    withReduction: () => lossFunc,
    activation: (pred) => pred,
    decodes: (pred) => pred,
  };
  const opt: Optimizer = {
    name: "sgd",
    groups: [],
    frozenIdx: 0,
    setHyper: () => undefined,
    step(grads) {
      log.push("opt.step");
      for (const p of params) {
        const next = scalarEngine.keep(new Scalar(p.value.value - 0.1 * valueOf(grads.get(p.name) ?? new Scalar(0))));
        p.value.dispose();
        p.value = next;
      }
    },
    zeroGrad(grads) {
      log.push("opt.zeroGrad");
      for (const g of grads.values()) g.dispose();
      grads.clear();
    },
    freezeTo: () => undefined,
    clearState: () => undefined,
    stateDict: () => Promise.resolve({ hypers: [], numbers: {}, tensors: new Map() }),
    loadStateDict: () => undefined,
    dispose: () => undefined,
  };
  return { model, lossFunc, opt, weights: () => params.map((p) => p.value.value), dispose: () => params.forEach((p) => p.value.dispose()) };
}

/** Batches of one pair each; a pair of one number has no target. */
export function pairs(...data: readonly (readonly number[])[]): {
  length: number;
  [Symbol.asyncIterator](): AsyncGenerator<readonly Tensor[]>;
} {
  return {
    length: data.length,
    async *[Symbol.asyncIterator]() {
      for (const row of data) yield await Promise.resolve(row.map((v) => scalarEngine.keep(new Scalar(v))));
    },
  };
}

export function at<T>(list: readonly T[], i: number): T {
  const item = list[i];
  if (item === undefined) throw new RangeError(`nothing at ${i}`);
  return item;
}
