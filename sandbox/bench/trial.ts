import type { Callback, DataLoaders, Engine, Host, Loader, StateDict } from "@fastap/kernel";
import { createLearner } from "@fastap/plugin-learner";
import type { Field, Workload } from "./workload.ts";

export interface Trial {
  /** One per timed step: from the end of the step before to the end of this one, so with the hand-over of the batch. */
  readonly ms: readonly number[];
  /** Of every step, warm-up included. */
  readonly losses: readonly number[];
}

/** What another program needs to train the same. */
export interface Start {
  readonly state: StateDict;
  readonly batches: readonly (readonly Field[])[];
}

export interface TrialOptions {
  readonly warm: number;
  readonly runs: number;
  /** Different batches, one after the other and over again; default 1, as `torch_steps.py` has it. */
  readonly batches?: number;
  /** Told before the first step. */
  readonly onStart?: (start: Start) => void;
  /** Told after the last step. */
  readonly onEnd?: (state: StateDict) => void;
}

/** Trains through a Learner as it comes, with its Recorder and its guard against NaN. */
export async function runTrial(
  host: Host,
  workload: Workload,
  { warm, runs, batches: count = 1, onStart, onEnd }: TrialOptions = workload,
): Promise<Trial> {
  const random = host.resolve("random").fork(`bench ${workload.name}`);
  const batches = Array.from({ length: count }, () => workload.batch(random));
  const ends: number[] = [];
  const clock: Callback = { name: "clock", afterBatch: () => void ends.push(performance.now()) };
  const dls = fixedBatches(host.resolve("engine"), batches, warm + runs);
  const { optFunc, lr } = workload;
  const learn = createLearner(host, dls, workload.model(), { lossFunc: "crossEntropy", optFunc, lr, cbs: [clock] });
  try {
    if (onStart !== undefined) onStart({ state: await learn.model.stateDict(), batches });
    await learn.fit(1);
    if (onEnd !== undefined) onEnd(await learn.model.stateDict());
    const ms = ends.slice(warm).map((end, i) => end - (ends[warm + i - 1] ?? NaN));
    return { ms, losses: [...(learn.recorder?.rawLosses ?? [])] };
  } finally {
    learn.dispose();
  }
}

/** So many steps, each with new tensors, because the loop disposes what it gets; nothing to validate on. */
function fixedBatches(engine: Engine, batches: readonly (readonly Field[])[], steps: number): DataLoaders {
  const fields = (i: number): readonly Field[] => batches[i % batches.length] ?? [];
  const loader = (length: number): Loader => ({
    length,
    nInp: fields(0).length - 1,
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < length; i++) yield fields(i).map(({ data, shape }) => engine.from(data, shape));
    },
  });
  const [train, valid] = [loader(steps), loader(0)];
  return { train, valid, loaders: [train, valid] };
}
