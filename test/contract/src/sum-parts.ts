import type { Engine, Loader, LossFunc, Model, Optimizer, Param, RunParts, Tensor } from "@fastap/kernel";

export interface SumPartsOptions {
  /** Default 2. */
  readonly nEpoch?: number;
  /** Batches of the training loader; default 2. */
  readonly nTrain?: number;
  /** Batches of the validation loader; default 1. */
  readonly nValid?: number;
  /** Called with `opt.step` and `opt.zeroGrad`. */
  readonly log?: (entry: string) => void;
}

/**
 * The smallest thing that trains, on any engine: pred = w + x, loss = pred + y, all of shape `[]`, and a step adds the
 * gradient to w. The caller disposes `parts.model`.
 */
export function sumParts(engine: Engine, { nEpoch = 2, nTrain = 2, nValid = 1, log = () => undefined }: SumPartsOptions = {}): RunParts {
  const weight = new Weight(engine);
  return {
    model: sumModel(engine, weight),
    lossFunc: sumLoss(engine),
    opt: sumOptimizer(engine, weight, log),
    train: sumLoader(engine, nTrain),
    valid: sumLoader(engine, nValid),
    nEpoch,
  };
}

class Weight implements Param {
  readonly name = "weight";
  readonly isNorm = false;
  readonly isBias = false;
  trainable = true;
  value: Tensor;

  constructor(engine: Engine) {
    this.value = engine.keep(engine.from([0.5], []));
  }
}

function sumModel(engine: Engine, weight: Weight): Model {
  return {
    init: () => undefined,
    forward: (x) => (x === undefined ? weight.value : engine.add(weight.value, x)),
    parameters: () => [weight],
    train: () => undefined,
    stateDict: async () => new Map([["weight", { dtype: "F32", shape: [], data: Float32Array.from(await engine.read(weight.value)) }]]),
    loadStateDict: () => undefined,
    dispose: () => weight.value.dispose(),
  };
}

function sumLoss(engine: Engine): LossFunc {
  const loss: LossFunc = {
    name: "sum",
    yInt: false,
    reduction: "mean",
    forward: (pred, y) => {
      const scalar = pred as Tensor; // the sum model gives one tensor
      return y === undefined ? scalar : engine.add(scalar, y);
    },
    withReduction: () => loss,
    activation: (pred) => pred,
    decodes: (pred) => pred,
  };
  return loss;
}

function sumOptimizer(engine: Engine, weight: Weight, log: (entry: string) => void): Optimizer {
  const hypers = { lr: 1, mom: 0, wd: 0 };
  return {
    name: "sum",
    groups: [{ params: [weight], hypers }],
    setHyper: (name, value) => void Object.assign(hypers, { [name]: value }),
    step: (grads) => {
      log("opt.step");
      const grad = grads.get(weight.name);
      if (grad === undefined) return;
      const before = weight.value;
      weight.value = engine.keep(engine.add(before, grad));
      before.dispose();
    },
    zeroGrad: (grads) => {
      log("opt.zeroGrad");
      for (const grad of grads.values()) grad.dispose();
      grads.clear();
    },
    freezeTo: () => undefined,
    frozenIdx: 0,
    clearState: () => undefined,
    stateDict: async () => ({ hypers: [hypers], numbers: {}, tensors: new Map() }),
    loadStateDict: () => undefined,
    dispose: () => undefined,
  };
}

function sumLoader(engine: Engine, length: number): Loader {
  return {
    length,
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < length; i++) yield [engine.from([i], []), engine.from([1], [])];
    },
  };
}
