import type { Engine, Host, LossFunc, Metric, MetricFunc, OptFunc, Tensor } from "@fastap/kernel";
import { AvgMetric } from "@fastap/plugin-learner";
import { Linear } from "@fastap/plugin-nn";
import type { Ours } from "./ours.ts";

type Registered = Extract<Ours, { token: string }>;

/** Numbers that a registered thing makes of fixed data: equal numbers, equal settings. */
export class NumbersOf {
  readonly #host: Host;
  readonly #ours: Registered;
  readonly #engine: Engine;

  constructor(host: Host, ours: Registered) {
    this.#host = host;
    this.#ours = ours;
    this.#engine = host.resolve("engine");
  }

  make(options: object): unknown {
    const { token, name, needs } = this.#ours;
    return this.#host.registry(token).make([name, { ...needs, ...options }]);
  }

  /** What comes of it with these options. */
  async with(options: object): Promise<unknown[]> {
    const made = this.make(options);
    const { token, name } = this.#ours;
    if (token === "optimizers") return steps(this.#host, made as OptFunc);
    if (token === "losses") return lossNumbers(this.#engine, made as LossFunc, name);
    if (token === "metrics") return [await score(this.#engine, made as Metric | MetricFunc, name)];
    const { recipe, ...others } = made as Record<string, unknown>;
    const fields = "monitor" in others ? others : { recipe, ...others }; // that of a tracker is what was given
    return [JSON.stringify(Object.entries(fields).filter(([, value]) => typeof value !== "function")), Object.keys(fields).length];
  }
}

async function steps(host: Host, optFunc: OptFunc): Promise<number[]> {
  const engine = host.resolve("engine");
  const layer = new Linear(3, 2);
  layer.init({ engine, random: host.resolve("random").fork("layer") });
  const opt = optFunc([layer.parameters()], { lr: 0.1 });
  for (let step = 0; step < 8; step++) {
    const grads = new Map(layer.parameters().map(({ name, value }) => [name, wave(engine, value.shape, step)]));
    await opt.step(grads);
    opt.zeroGrad(grads);
  }
  const all = await Promise.all(layer.parameters().map(async ({ value }) => [...(await engine.read(value))]));
  opt.dispose();
  layer.dispose();
  return all.flat();
}

async function lossNumbers(engine: Engine, loss: LossFunc, name: string): Promise<number[]> {
  const classes = /crossEntropy|focal|labelSmoothing|dice/i.test(name);
  const pred = name === "bceLossFlat" ? probabilities(engine, [4, 3]) : wave(engine, [4, 3], 1);
  const targ = classes ? ids(engine, [4], 3) : ids(engine, [4, 3], 2, "float32");
  const parts = [loss.forward(pred, targ), loss.activation(pred), loss.decodes(loss.activation(pred))] as Tensor[];
  return (await Promise.all(parts.map(async (part) => [...(await engine.read(part))]))).flat();
}

async function score(engine: Engine, made: Metric | MetricFunc, name: string): Promise<number | undefined> {
  const metric = typeof made === "function" ? new AvgMetric(made) : made;
  const [pred, targ] = example(engine, name);
  await metric.accumulate({ pred, yb: [targ], loss: pred, size: 40, engine });
  return metric.value();
}

function example(engine: Engine, name: string): [pred: Tensor, targ: Tensor] {
  if (/multi$/i.test(name) && !/^(dice|jaccardCoeff)/.test(name)) return [wave(engine, [40, 3], 1), ids(engine, [40, 3], 2, "float32")];
  if (/mse|mae|msle|Rmspe|Variance|r2|CorrCoef/i.test(name) && name !== "matthewsCorrCoef")
    return [probabilities(engine, [40, 1]), probabilities(engine, [40, 1], 2)];
  if (/BLEU/.test(name)) return [wave(engine, [10, 4, 6], 1), ids(engine, [10, 4], 6)];
  if (name === "rocAuc" || name === "topKAccuracy") return [wave(engine, [40, 8], 1), ids(engine, [40], 8)];
  return [wave(engine, [40, 2], 1), ids(engine, [40], 2)];
}

function wave(engine: Engine, shape: readonly number[], phase: number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return engine.from(
    Float32Array.from({ length: size }, (_, i) => Math.sin(2.3 * i + phase) * (1 + (i % 3))),
    shape,
  );
}

function probabilities(engine: Engine, shape: readonly number[], phase = 1): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return engine.from(
    Float32Array.from({ length: size }, (_, i) => 0.5 + 0.45 * Math.sin(1.7 * i + phase)),
    shape,
  );
}

function ids(engine: Engine, shape: readonly number[], classes: number, dtype: "int32" | "float32" = "int32"): Tensor {
  const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.floor(i * 1.618) % classes);
  return engine.from(dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values), shape);
}
