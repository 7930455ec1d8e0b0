import { ClassificationInterpretation } from "@fastap/plugin-interpretation";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { withLearner } from "../loop/with-learner.ts";
import { decodeTensor, isTensor } from "../tensor.ts";

/** Confusions, worst items and report of a classifier with given weights. */
export const interpretationOfLearner: Adapter = {
  kind: "loop",
  accepts: ({ inputs, expected }) =>
    isTensor(inputs["valid_X"]) && isTensor(inputs["valid_Y"]) && Array.isArray(inputs["vocab"]) && "confusion_matrix" in expected,
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const weights = inputs["weights"] as Readonly<Record<string, unknown>>;
    const vocab = inputs["vocab"] as readonly string[];
    return withLearner(
      {
        X: inputs["valid_X"],
        Y: inputs["valid_Y"],
        weights,
        vocab,
        bs: 4,
        loss: "crossEntropy",
        opt: "sgd",
        model: String(inputs["model"] ?? ""),
      },
      async (learner) => {
        const interp = await ClassificationInterpretation.fromLearner(learner);
        const checks: Check[] = [];
        const check = (path: string, got: Value): void => {
          if (path in expected) checks.push({ path, got, want: plain(expected[path]) });
        };
        check("confusion_matrix", (await interp.confusionMatrix()).flat());
        check("most_confused", (await interp.mostConfused()) as Value);
        check("report_text", `${await interp.printClassificationReport()}\n`); // captured from print
        for (const [path, want] of Object.entries(expected)) checks.push(...lossChecks(interp, path, want));
        return checks;
      },
    );
  },
};

/** `top_losses` are all of them, `smallest_3` and `largest_3` the first three. */
function lossChecks(interp: ClassificationInterpretation, path: string, json: unknown): Check[] {
  const [, order, count] = /^(top_losses|smallest|largest)(?:_(\d+))?$/.exec(path) ?? [];
  if (order === undefined) return [];
  const got = interp.topLosses(count === undefined ? undefined : Number(count), order !== "smallest");
  const want = json as { readonly values: unknown; readonly indices: unknown };
  return [
    { path: `${path}.values`, got: got.values, want: decodeTensor(want.values).data },
    { path: `${path}.indices`, got: got.indices, want: decodeTensor(want.indices).data },
  ];
}

function plain(json: unknown): Value {
  return isTensor(json) ? decodeTensor(json).data : (json as Value);
}
