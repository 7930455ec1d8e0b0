import { didYouMean } from "@fastap/kernel";
import { E_LEARNER_OPTION } from "./errors.ts";

/** Options of the plugin. */
export interface LearnerPluginOptions {
  /** What a training loss, gradient or weight that is NaN or infinite does; default "error", before the step. */
  readonly nanLoss?: "error" | "allow";
  /** Keeps a copy of the weights before every step, or as often as 0.5 % of the time allows; default "sampled". */
  readonly nanCheck?: "sampled" | "every";
}

const CHOICES: ReadonlyMap<string, readonly unknown[]> = new Map([
  ["nanLoss", ["error", "allow"]],
  ["nanCheck", ["sampled", "every"]],
]);

/** @throws E_LEARNER_OPTION */
export function parseOptions(raw: unknown): LearnerPluginOptions {
  const where = 'plugin "learner"';
  if (raw === undefined) return {};
  if (typeof raw !== "object" || raw === null)
    throw E_LEARNER_OPTION({ option: "learner", expected: "an object", received: show(raw), where });
  const known = [...CHOICES.keys()];
  for (const [option, value] of Object.entries(raw)) {
    const choices = CHOICES.get(option);
    if (choices === undefined)
      throw E_LEARNER_OPTION({ option, expected: known.join(", "), received: option, where, hint: didYouMean(option, known) });
    if (value !== undefined && !choices.includes(value))
      throw E_LEARNER_OPTION({ option, expected: choices.map(show).join(" or "), received: show(value), where });
  }
  return raw;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
