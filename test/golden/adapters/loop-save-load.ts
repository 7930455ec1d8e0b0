import type { StateDict } from "@fastap/kernel";
import type { Adapter, Check, GoldenCase } from "../adapter.ts";
import { formulaWeights } from "../loop/golden-model.ts";
import { specOf } from "../loop/names.ts";
import { act, parseRecipe } from "../loop/recipe.ts";
import { weightChecks } from "../loop/weight-checks.ts";
import { withLearner } from "../loop/with-learner.ts";

interface SaveInputs {
  readonly X: unknown;
  readonly Y: unknown;
  readonly bs: number;
  readonly recipe: string;
  readonly initial: { readonly seed: string };
  readonly keys: readonly (readonly [string, readonly number[]])[];
}

/** Weights after each fit of a recipe that saves and loads between: `Adam: fit(…); save; fit(…); load; fit(…)`. */
export const loopSaveLoad: Adapter = {
  kind: "loop",
  accepts: ({ inputs, expected }) => ["X", "Y", "recipe", "initial", "keys"].every((f) => f in inputs) && "same_after_reload" in expected,
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const { initial, keys, recipe, ...data } = inputs as unknown as SaveInputs;
    const opt = specOf(/^\s*(\w+(?:\([^)]*\))?)\s*:/.exec(recipe)?.[1] ?? "Adam");
    const setup = { ...data, weights: formulaWeights(initial.seed, keys), loss: "crossEntropyLossFlat", opt };
    return withLearner(setup, async (learner) => {
      const after: StateDict[] = [];
      let lrSum = 0;
      for (const action of parseRecipe(recipe.replace(/^[^:]*:/, "")).actions) {
        if (action.call === "save") await learner.save("state");
        else if (action.call === "load") await learner.load("state");
        else {
          await act(learner, action, inputs, []);
          lrSum += learner.recorder?.lrs.reduce((a, b) => a + b, 0) ?? 0;
          after.push(await learner.model.stateDict());
        }
      }
      const [first, second, third] = after;
      return [
        ...weightChecks("after_first", first ?? new Map(), expected["after_first"] as Record<string, unknown>, lrSum),
        ...weightChecks("after_second", second ?? new Map(), expected["after_second"] as Record<string, unknown>, lrSum),
        { path: "same_after_reload", got: text(second) === text(third), want: expected["same_after_reload"] as boolean },
      ];
    });
  },
};

function text(state: StateDict | undefined): string {
  return JSON.stringify([...(state ?? [])].map(([name, { data }]) => [name, Array.from(data, Number)]));
}
