/** A hook by name, or a scope with its hooks inside it. */
export type LoopNode = string | { readonly scope: string; readonly inside: readonly LoopNode[] };

const batch: readonly LoopNode[] = [
  "beforeBatch",
  { scope: "tape", inside: ["afterPred", "afterLoss", "beforeBackward"] },
  "afterCancelBackward",
  "afterBackward",
  "reduceGradients",
  "beforeStep",
  "afterCancelStep",
  "afterStep",
  "afterCancelBatch",
  "afterBatch",
];

/** How the events of a fit nest. Validation has the events of a batch too, without those of gradient and step. */
const LOOP: readonly LoopNode[] = [
  {
    scope: "fit",
    inside: [
      "beforeFit",
      {
        scope: "epoch",
        inside: [
          "beforeEpoch",
          { scope: "train", inside: ["beforeTrain", { scope: "batch", inside: batch }, "afterCancelTrain", "afterTrain"] },
          { scope: "validate", inside: ["beforeValidate", "afterCancelValidate", "afterValidate"] },
          "afterCancelEpoch",
          "afterEpoch",
        ],
      },
      "afterCancelFit",
      "afterFit",
    ],
  },
  "failed",
  "settled",
];

function hooksIn(nodes: readonly LoopNode[]): string[] {
  return nodes.flatMap((node) => (typeof node === "string" ? [node] : hooksIn(node.inside)));
}

/** The loop with the hooks of plugins at its end. */
export function loopWith(hooks: readonly string[]): readonly LoopNode[] {
  const own = new Set(hooksIn(LOOP));
  const extra = hooks.filter((hook) => !own.has(hook));
  return extra.length === 0 ? LOOP : [...LOOP, { scope: "hooks of plugins", inside: extra }];
}
