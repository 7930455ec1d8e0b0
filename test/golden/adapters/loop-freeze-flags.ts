import type { Optimizer, Param } from "@fastap/kernel";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { weightsDescribed } from "../loop/describe-model.ts";
import { noiseData } from "../loop/noise-data.ts";
import { callsIn } from "../loop/python-call.ts";
import { act } from "../loop/recipe.ts";
import { withLearner } from "../loop/with-learner.ts";

interface Flags {
  readonly flags: readonly Readonly<Record<string, Value>>[];
  readonly frozen_idx: number;
}

/** Marks of every parameter after one call after the other. */
export const loopFreezeFlags: Adapter = {
  kind: "loop",
  accepts: ({ inputs, expected }) => "model" in inputs && "groups" in inputs && "create_opt" in expected,
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const model = inputs["model"] as string;
    const setup = { ...noiseData(4), bs: 2, model, weights: weightsDescribed(model), loss: "mseLossFlat", opt: "adam" };
    return withLearner(setup, async (learner) => {
      const checks: Check[] = [];
      for (const [step, want] of Object.entries(expected)) {
        const [call] = callsIn(step, ["create_opt", "freeze", "unfreeze"]);
        const opt = learner.opt ?? learner.createOpt();
        if (call !== undefined && call.call !== "create_opt") await act(learner, call, inputs, []);
        checks.push(...flagChecks(step, opt, want as Flags));
      }
      return checks;
    });
  },
};

function flagChecks(step: string, opt: Optimizer, want: Flags): Check[] {
  const params = opt.groups.flatMap((group, i) => group.params.map((param) => [param, i] as const));
  const flags = want.flags.map((flag, i) => {
    const [param, group] = params[i] ?? [];
    return {
      path: `${step}.flags[${i}]`,
      got: param === undefined ? null : row(param, group ?? -1),
      want: fields.map((f) => flag[f] ?? null),
    };
  });
  return [...flags, { path: `${step}.frozen_idx`, got: opt.frozenIdx, want: want.frozen_idx }];
}

const fields = ["name", "group", "requires_grad", "do_wd", "force_train"] as const;

/** In the order of `fields`. Decay and forced training follow from what kind of parameter it is. */
function row({ name, trainable, isNorm, isBias }: Param, group: number): Value {
  return [name, group, trainable, !(isNorm || isBias), isNorm];
}
