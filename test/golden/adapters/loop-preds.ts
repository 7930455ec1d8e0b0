import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { withLearner } from "../loop/with-learner.ts";
import { decodeTensor, isTensor } from "../tensor.ts";

/** `inputs` of predictions with given weights. */
interface PredsInputs {
  readonly valid_X: unknown;
  readonly valid_Y: unknown;
  readonly train_X?: unknown;
  readonly train_Y?: unknown;
  readonly weights: Readonly<Record<string, unknown>>;
  readonly bs?: number;
  readonly model?: string;
}

/** What getPreds and validate give; where the case asks for it, from a loader that shuffles and drops the last batch. */
export const loopPreds: Adapter = {
  kind: "loop",
  accepts: ({ inputs, expected }) => ["valid_X", "valid_Y", "weights"].every((field) => field in inputs) && "preds" in expected,
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const { valid_X, valid_Y, train_X = valid_X, train_Y = valid_Y, bs = 4, ...rest } = inputs as unknown as PredsInputs;
    const data = { X: train_X, Y: train_Y, valid_X, valid_Y, bs };
    const setup = { ...rest, ...data, loss: "crossEntropyLossFlat", opt: "sgd", metrics: ["accuracy"] };
    const plain = await withLearner(setup, async (learner) => {
      const all = await learner.getPreds({ withInput: true, withDecoded: true, withLoss: true });
      const raw = await learner.getPreds({ act: "none" });
      const validate = await learner.validate();
      return { ...all, raw: raw.preds, validate, trained: await learner.validate({ dsIdx: 0 }) };
    });
    const mixed = await withLearner({ ...setup, shuffleValid: true }, (learner) => learner.getPreds());
    const values: Record<string, Value> = {
      input: list(plain.inputs?.data),
      preds: list(mixed.preds.data),
      targs: list(mixed.targs?.data),
      decoded: list(plain.decoded?.data),
      losses: list(plain.losses?.data),
      raw: list(plain.raw.data),
      validate: plain.validate.map((cell) => cell ?? null),
      validate_train: plain.trained.map((cell) => cell ?? null),
      equal_to_plain: same(plain.preds.data, mixed.preds.data),
      n: mixed.preds.shape[0] ?? 0,
    };
    return Object.entries(expected).map(([key, want]) => ({
      path: key,
      got: values[key] ?? null,
      want: isTensor(want) ? decodeTensor(want).data : (want as Value),
    }));
  },
};

function list(data: ArrayLike<number> | undefined): number[] {
  return Array.from(data ?? []);
}

function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((value, i) => value === b[i]);
}
