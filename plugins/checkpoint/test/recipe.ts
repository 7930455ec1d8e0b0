import { createHost, type Callback, type Host, type PluginEntry, type Spec } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { backendWasm } from "@fastap/plugin-backend-wasm";
import { checkpoint, type CheckpointOptions } from "@fastap/plugin-checkpoint";
import { data, Datasets, TensorCategory, TfmdDataLoaders } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { createLearner, learner, type Learner } from "@fastap/plugin-learner";
import { losses } from "@fastap/plugin-losses";
import { metrics } from "@fastap/plugin-metrics";
import { mixUp } from "@fastap/plugin-mixup";
import { BatchNorm, Dropout, Linear, nn, Relu, Sequential } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";
import { schedulers } from "@fastap/plugin-schedulers";
import { Jitter, Shift, Spot } from "./augmentation.ts";

/** FASTAP_RESUME=full stops at each of 60 steps, with everything on both backends: minutes. */
export const FULL: boolean = process.env["FASTAP_RESUME"] === "full";
export const EPOCHS: number = FULL ? 15 : 3;
/** Of an epoch. */
export const BATCHES = 4;

/** How a recipe trains. */
export type Fit = (learn: Learner, resume?: boolean | string, cbs?: readonly Callback[]) => Promise<void>;

export const fits: Readonly<Record<string, Fit>> = {
  constant: (learn, resume = false, cbs = []) => learn.fit(EPOCHS, 0.01, { resume, cbs }),
  oneCycle: (learn, resume = false, cbs = []) => learn.fitOneCycle(EPOCHS, 0.02, { resume, cbs }),
  flatCos: (learn, resume = false, cbs = []) => learn.fitFlatCos(EPOCHS, 0.01, { resume, cbs }),
  sgdr: (learn, resume = false, cbs = []) => learn.fitSgdr(FULL ? 4 : 2, 1, 0.01, { resume, cbs }),
  fineTune: (learn, resume = false, cbs = []) => learn.fineTune(EPOCHS - 1, { resume, cbs }),
};

export interface Setup {
  readonly backend?: string;
  readonly seed?: number;
  readonly options?: CheckpointOptions | false;
  readonly plugins?: readonly PluginEntry[];
}

/** A host that saves to `root`. */
export function hostIn(root: string, { backend = "cpu", seed = 7, options = {}, plugins = [] }: Setup = {}): Promise<Host> {
  const base = [engineTfjs, backendCpu, backendWasm, data, nn, losses, metrics, optimizers, learner, schedulers, ...plugins];
  const all: PluginEntry[] = options === false ? base : [...base, [checkpoint, options]];
  return createHost({ plugins: all, config: { backend, seed, root } });
}

/** A point of the plane, and its class. */
interface Point {
  readonly at: readonly [number, number];
  readonly kind: number;
}

/** A network with dropout and running statistics on shuffled, augmented and mixed data: all that needs a generator or a buffer. */
export async function learnerOn(host: Host, opt: Spec = "adam", hidden: number = 8): Promise<Learner> {
  const draw = host.resolve("random").fork("points");
  const at = (kind: number): number => draw.normal() * 0.5 + (kind === 0 ? -1 : 1);
  const points = Array.from({ length: 64 }, (_, i): Point => ({ at: [at(i % 2), at(i % 2)], kind: i % 2 }));
  const x = (point: Point): Spot => new Spot({ data: Float32Array.from(point.at), shape: [2] });
  const y = (point: Point): TensorCategory => new TensorCategory({ data: Int32Array.of(point.kind), shape: [], dtype: "int32" });
  const all = Array.from(points.keys());
  const dsets = await Datasets.create(points, [x, y], { splits: [all, all] });
  const services = { engine: host.resolve("engine"), random: host.resolve("random") };
  const tfms = { afterItem: new Jitter(), afterBatch: new Shift(services.engine) };
  const dls = await TfmdDataLoaders.create(dsets, { ...services, ...tfms, bs: 64 / BATCHES });
  const model = new Sequential(new Linear(2, hidden), new BatchNorm(hidden), new Relu(), new Dropout(0.4), new Linear(hidden, 2));
  const splitter: NonNullable<Parameters<typeof createLearner>[3]>["splitter"] = (m) => [
    m.parameters().slice(0, 4),
    m.parameters().slice(4),
  ];
  const kinds = ["accuracy", "rocAucBinary", "dice", "perplexity"]; // each gathers in its own way
  const options = { lossFunc: "crossEntropy", metrics: kinds, trainMetrics: true, optFunc: opt, splitter, cbs: [mixUp()] };
  return createLearner(host, dls, model, options);
}

/** Every bit that training makes: weights, statistics, moments, generator, losses. */
export async function bitsOf(learn: Learner): Promise<string> {
  const opt = await learn.opt?.stateDict();
  const tensors = [...(await learn.model.stateDict()), ...(opt?.tensors ?? [])].map(([name, { data: values }]) => [
    name,
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex"),
  ]);
  const { rawLosses, losses: smooth, lrs, moms, iters, hps, history } = learn.recorder ?? {};
  const rows = history?.map((row) => ({ ...row, time: undefined }));
  const random = learn.host.resolve("random").state();
  return JSON.stringify({ tensors, opt: [opt?.hypers, opt?.numbers], random, rawLosses, smooth, lrs, moms, iters, hps, rows });
}
