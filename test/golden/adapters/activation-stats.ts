import { activationStats, flattenModel, inspectable, type LayerStats } from "@fastap/plugin-inspect";
import type { Adapter, Check, GoldenCase } from "../adapter.ts";
import { withLearner } from "../loop/with-learner.ts";
import { decodeTensor, isTensor } from "../tensor.ts";

interface Recorded {
  readonly mean: number;
  readonly std: number;
  readonly near_zero: number;
  readonly hist?: unknown;
}

/** Statistics of every layer that learns, at every batch of an epoch or more of SGD. */
export const statsOfActivations: Adapter = {
  kind: "loop",
  accepts: ({ inputs, expected }) => /ActivationStats/.test(String(inputs["recipe"])) && Array.isArray(expected["stats"]),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const recipe = String(inputs["recipe"]);
    const [, epochs = "1", lr = "0.1"] = /fit\((\d+),\s*([\d.e-]+)\)/.exec(recipe) ?? [];
    const every = /every=(\d+)/.exec(recipe)?.[1];
    const stats = activationStats({
      withHist: /with_hist=True/.test(recipe),
      includeParamless: /include_paramless=True/.test(recipe),
      ...(every === undefined ? {} : { every: Number(every) }),
    });
    const weights = inputs["initial_weights"] as Readonly<Record<string, unknown>>;
    return withLearner(
      { X: inputs["X"], Y: inputs["Y"], weights, bs: Number(inputs["bs"]), cbs: [stats], loss: "crossEntropy", opt: "sgd" },
      async (learner) => {
        const layers = flattenModel(inspectable(learner.model)).filter((layer) => layer.parameters().length > 0);
        await learner.fit(Number(epochs), Number(lr));
        const wanted = expected["stats"] as readonly (readonly Recorded[])[];
        const kinds = (expected["modules"] ?? []) as readonly string[];
        return [
          { path: "modules", got: layers.map((layer) => layer.constructor.name), want: kinds.map((kind) => kind.replace(/\dd$/, "")) },
          { path: "stats.length", got: stats.stats.length, want: wanted.length },
          ...wanted.flatMap((batch, i) => batch.flatMap((want, j) => statChecks(`stats[${i}][${j}]`, stats.stats[i]?.[j], want))),
        ];
      },
    );
  },
};

function statChecks(path: string, got: LayerStats | undefined, want: Recorded): Check[] {
  const figures = [
    { path: `${path}.mean`, got: got?.mean ?? null, want: want.mean },
    { path: `${path}.std`, got: got?.std ?? null, want: want.std },
    { path: `${path}.near_zero`, got: got?.nearZero ?? null, want: want.near_zero },
  ];
  return isTensor(want.hist) ? [...figures, { path: `${path}.hist`, got: got?.hist ?? null, want: decodeTensor(want.hist).data }] : figures;
}
