import type { Callback } from "@fastap/kernel";
import type {} from "@fastap/plugin-learner";
import { terminateOnNaN } from "@fastap/plugin-trackers";
import type { Adapter, Check, GoldenCase } from "../adapter.ts";
import { noiseData, noiseWeights } from "../loop/noise-data.ts";
import { withLearner } from "../loop/with-learner.ts";

/** Rows of the cases' data. */
const rows = { train: 22, valid: 10 };

/** What is left of a fit with one NaN in the data. */
export const loopTerminate: Adapter = {
  kind: "loop",
  accepts: ({ inputs }) => typeof inputs["nan_in"] === "string",
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const text = /(train|valid) row (\d+), bs (\d+) \(train\) \/ (\d+) \(valid\), (\d+) epoch/.exec(String(inputs["nan_in"]));
    if (text === null) throw new Error(`cannot read "${String(inputs["nan_in"])}"`);
    const [bs = 0, valBs = 0, nEpoch = 0] = text.slice(3).map(Number);
    const row = Number(text[2]);
    const train = spoilt(rows.train, text[1] === "train" ? row : undefined);
    const valid = spoilt(rows.valid, text[1] === "valid" ? row : undefined);
    const seen = { train: 0, valid: 0 };
    const log: Callback = { name: "log", stage: "record", order: 5, afterBatch: (run) => void seen[run.training ? "train" : "valid"]++ };
    const data = { ...train, valid_X: valid.X, valid_Y: valid.Y, bs, valBs };
    return withLearner({ ...data, weights: noiseWeights, loss: "mseLossFlat", opt: "sgd" }, async (learner) => {
      await learner.fit(nEpoch, 0.01, { cbs: [log, terminateOnNaN()] });
      return [
        { path: "train_batches_logged", got: seen.train, want: expected["train_batches_logged"] as number },
        { path: "valid_batches_logged", got: seen.valid, want: expected["valid_batches_logged"] as number },
        { path: "rows", got: learner.recorder?.values.length ?? 0, want: expected["rows"] as number },
      ];
    });
  },
};

function spoilt(count: number, row: number | undefined): { readonly X: unknown; readonly Y: unknown } {
  const { X, Y } = noiseData(count);
  const { data, shape, ...rest } = X as { data: number[]; shape: number[] };
  return { X: { ...rest, shape, data: data.map((value, i) => (Math.floor(i / (shape[1] ?? 1)) === row ? NaN : value)) }, Y };
}
