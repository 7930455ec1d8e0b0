import { Stage, type Callback, type Tensor } from "@fastap/kernel";
import type { Learner, LearnerMethod } from "@fastap/plugin-learner";
import { layerInfo } from "./layer-info.ts";
import { inspectable, kindOf } from "./module.ts";
import { summaryText } from "./summary.ts";

/** `learn.summary()` */
export const summaryMethod: LearnerMethod = { bind: (learner) => () => summarise(learner) };

async function summarise(learner: Learner): Promise<string> {
  const engine = learner.host.resolve("engine");
  const model = inspectable(learner.model);
  const { xb, all } = await firstBatch(learner);
  try {
    const { opt, optFunc, lossFunc, cbs } = learner;
    return summaryText({
      model: kindOf(model),
      inputs: xb.map((x) => x.shape),
      layers: layerInfo(engine, model, ...xb),
      optimizer: opt?.name ?? optFunc.name,
      loss: lossFunc.name,
      frozenIdx: opt?.frozenIdx,
      callbacks: inOrder(cbs),
    });
  } finally {
    for (const tensor of all) tensor.dispose();
  }
}

/** A loader that can look at a batch keeps its epoch; from others the first batch of one is taken. */
async function firstBatch({ dls: { train } }: Learner): Promise<{ readonly xb: readonly Tensor[]; readonly all: readonly Tensor[] }> {
  let all: readonly Tensor[] = [];
  if ("oneBatch" in train && typeof train.oneBatch === "function") all = await (train.oneBatch() as Promise<readonly Tensor[]>);
  else {
    const loader = { [Symbol.asyncIterator]: () => train[Symbol.asyncIterator]() };
    for await (const batch of loader) {
      all = batch;
      break;
    }
  }
  return { xb: all.slice(0, train.nInp ?? Math.max(1, all.length - 1)), all };
}

function inOrder(cbs: readonly Callback[]): string[] {
  const stage = (cb: Callback): number => Stage[cb.stage ?? "main"];
  return cbs.toSorted((a, b) => stage(a) - stage(b)).map((cb) => cb.name);
}
