import { createHost, type Callback, type StateDict, type StoredTensor, type TypedArray } from "@fastap/kernel";
import { ArrayDataset, DataLoader, DataLoaders, type Column } from "@fastap/plugin-data";
import { createLearner, type Learner } from "@fastap/plugin-learner";
import { BatchNorm, Linear, Relu, Sequential, type Module } from "@fastap/plugin-nn";
import { core } from "@fastap/preset-core";
import { decodeTensor } from "../tensor.ts";

/** What a case gives to train or evaluate: arrays, and weights by PyTorch's names. */
export interface SmallCase {
  readonly x: unknown;
  readonly y: unknown;
  readonly weights: Readonly<Record<string, unknown>>;
  readonly bs: number;
  readonly vocab?: readonly string[];
  readonly cbs?: readonly Callback[];
}

/** A Learner with SGD and cross-entropy on the cpu backend; training and validation data are the same, in order. */
export async function withSmallLearner<T>(given: SmallCase, use: (learner: Learner) => Promise<T>): Promise<T> {
  const plugins = [["progress", false]] as const;
  await using host = await createHost({ presets: [core], plugins, config: { backend: "cpu", seed: 1 } });
  const options = { engine: host.resolve("engine"), random: host.resolve("random"), bs: given.bs };
  const dataset = new ArrayDataset([columnOf(given.x), columnOf(given.y)]);
  const loaders = [new DataLoader(dataset, options), new DataLoader(dataset, options)] as const;
  const dls = new DataLoaders(loaders, given.vocab === undefined ? {} : { vocab: given.vocab });
  const learner = createLearner(host, dls, modelOf(given.weights), { lossFunc: "crossEntropy", optFunc: "sgd", cbs: given.cbs ?? [] });
  try {
    learner.model.loadStateDict(stateDictOf(given.weights));
    return await use(learner);
  } finally {
    learner.dispose();
  }
}

function columnOf(json: unknown): Column {
  const { shape, dtype, data } = decodeTensor(json);
  const values: TypedArray = /^[iu]/.test(dtype) ? Int32Array.from(data) : Float32Array.from(data);
  return { data: values, shape: shape.slice(1) };
}

/** The layers that names and shapes of weights tell: matrices, batch norms, and a ReLU where a number has no weights. */
function modelOf(weights: SmallCase["weights"]): Sequential {
  const last = Math.max(...Object.keys(weights).map((name) => Number(name.split(".")[0])));
  return new Sequential(...Array.from({ length: last + 1 }, (_, i) => layerOf(weights, i)));
}

function layerOf(weights: SmallCase["weights"], index: number): Module {
  const weight = weights[`${index}.weight`];
  if (weight === undefined) return new Relu();
  const [nOut = 1, nIn = 1] = decodeTensor(weight).shape;
  return `${index}.running_mean` in weights ? new BatchNorm(nOut) : new Linear(nIn, nOut, { bias: `${index}.bias` in weights });
}

function stateDictOf(weights: SmallCase["weights"]): StateDict {
  return new Map(
    Object.entries(weights).map(([name, json]): readonly [string, StoredTensor] => {
      const { shape, data, dtype } = decodeTensor(json);
      if (dtype === "i64") return [name, { dtype: "I64", shape, data: BigInt64Array.from(data, BigInt) }];
      return [name, { dtype: "F32", shape, data: Float32Array.from(data) }];
    }),
  );
}
