import type { Callback } from "@fastap/kernel";
import type {} from "@fastap/plugin-learner";
import { shortEpoch } from "@fastap/plugin-training";
import type { Adapter, Check, GoldenCase } from "../adapter.ts";
import { noiseData, noiseWeights } from "../loop/noise-data.ts";
import { withLearner } from "../loop/with-learner.ts";

interface ShortInputs {
  readonly pct: number;
  readonly short_valid: boolean;
  readonly n_train_batches: number;
  readonly n_valid_batches: number;
}

/** How many batches a later callback sees of shortened phases. */
export const loopShortEpoch: Adapter = {
  kind: "loop",
  accepts: ({ inputs }) => ["pct", "short_valid", "n_train_batches", "n_valid_batches"].every((field) => field in inputs),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const { pct, short_valid, n_train_batches, n_valid_batches } = inputs as unknown as ShortInputs;
    const [train, valid] = [noiseData(2 * n_train_batches), noiseData(2 * n_valid_batches)];
    const lengths = expected["value_row_lengths"] as readonly number[];
    const seen = { train: 0, valid: 0 };
    const counter: Callback = { name: "counter", afterBatch: ({ training }) => void seen[training ? "train" : "valid"]++ };
    const data = { ...train, valid_X: valid.X, valid_Y: valid.Y, bs: 2 };
    return withLearner({ ...data, weights: noiseWeights, loss: "mseLossFlat", opt: "sgd" }, async (learner) => {
      await learner.fit(lengths.length, 0.01, { cbs: [shortEpoch({ pct, shortValid: short_valid }), counter] });
      return [
        { path: "train_batches_run", got: seen.train, want: expected["train_batches_run"] as number },
        { path: "valid_batches_run", got: seen.valid, want: expected["valid_batches_run"] as number },
        { path: "value_row_lengths", got: learner.recorder?.values.map((row) => row.length) ?? [], want: lengths },
      ];
    });
  },
};
