import type { StoredTensor } from "@fastap/kernel";
import type {} from "@fastap/plugin-schedulers";
import { minimum, slide, steep, valley, type SuggestLr } from "@fastap/plugin-schedulers";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { lossSpec, specOf } from "../loop/names.ts";
import { withLearner } from "../loop/with-learner.ts";
import { decodeTensor, isTensor } from "../tensor.ts";

interface FindInputs {
  readonly X: unknown;
  readonly Y: unknown;
  readonly bs: number;
  readonly initial_weights: Readonly<Record<string, unknown>>;
  readonly loss: string;
  readonly optimizer: string;
  readonly num_it: number;
  readonly start_lr: number;
  readonly end_lr: number;
  readonly stop_div: boolean;
  readonly model?: string;
}

const fields = ["X", "Y", "bs", "initial_weights", "loss", "optimizer", "num_it", "start_lr", "end_lr", "stop_div"];
const suggestions: Readonly<Record<string, SuggestLr>> = { valley, slide: slide(), minimum, steep };

/** The whole finder: rates, losses, suggestions, and that it leaves nothing behind. */
export const loopLrFind: Adapter = {
  kind: "loop",
  accepts: ({ inputs }) => fields.every((field) => field in inputs),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const given = inputs as unknown as FindInputs;
    const setup = { ...given, weights: given.initial_weights, loss: lossSpec(given.loss), opt: specOf(given.optimizer) };
    return withLearner(setup, async (learner) => {
      const { num_it: numIt, start_lr: startLr, end_lr: endLr, stop_div: stopDiv } = given;
      const before = await learner.model.stateDict();
      const found = await learner.lrFind({ numIt, startLr, endLr, stopDiv, suggest: suggestions });
      const state = await learner.model.stateDict();
      const restored = (expected["weights_restored"] ?? {}) as Record<string, unknown>;
      return [
        { path: "lrs", got: found.lrs, want: numbers(expected["lrs"]) },
        { path: "smooth_losses", got: found.losses, want: numbers(expected["smooth_losses"]) },
        ...named("suggestions", found.suggestions, expected["suggestions"]),
        ...Object.entries(restored).map(([name, want]) => ({
          path: `weights_restored.${name}`,
          got: same(before.get(name), state.get(name)),
          want: want as boolean,
        })),
        {
          path: "opt_state_empty",
          got: (await learner.opt?.stateDict())?.tensors.size ?? 0,
          want: expected["opt_state_empty"] === true ? 0 : 1,
        },
      ];
    });
  },
};

/** Suggestions on given curves; `slide_thresh_0.05` is slide with that threshold. */
export const loopLrSuggestions: Adapter = {
  kind: "loop",
  accepts: ({ inputs }) => Array.isArray(inputs) && inputs.every((curve: object) => "lrs" in curve && "losses" in curve),
  run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const curves = inputs as unknown as readonly { readonly lrs: unknown; readonly losses: unknown }[];
    const wants = expected as unknown as readonly Readonly<Record<string, number>>[];
    return Promise.resolve(
      curves.flatMap(({ lrs, losses }, i) => {
        const got = Object.keys(wants[i] ?? {}).map((name) => [name, suggest(name)(numbers(lrs), numbers(losses))?.lr ?? NaN] as const);
        return named(`[${i}]`, Object.fromEntries(got), wants[i]);
      }),
    );
  },
};

function same(a: StoredTensor | undefined, b: StoredTensor | undefined): boolean {
  const [left, right] = [Array.from(a?.data ?? [], Number), Array.from(b?.data ?? [], Number)];
  return left.length > 0 && left.length === right.length && left.every((value, i) => Object.is(value, right[i]));
}

function suggest(name: string): SuggestLr {
  const thresh = /^slide_thresh_([\d.]+)$/.exec(name)?.[1];
  const found = thresh === undefined ? suggestions[name] : slide({ thresh: Number(thresh) });
  if (found === undefined) throw new Error(`no suggestion function "${name}"`);
  return found;
}

function named(path: string, got: Readonly<Record<string, number>>, want: unknown): Check[] {
  return Object.entries((want ?? {}) as Record<string, Value>).map(([name, value]) => ({
    path: `${path}.${name}`,
    got: got[name] ?? null,
    want: value,
  }));
}

function numbers(json: unknown): number[] {
  return [...(isTensor(json) ? decodeTensor(json).data : (json as number[]))];
}
