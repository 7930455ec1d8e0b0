import { didYouMean } from "@fastap/kernel";
import { E_LEARNER_OPTION } from "./errors.ts";

/** Options of the plugin. */
export interface LearnerPluginOptions {
  /** What a training loss that is NaN or infinite does before the step; default "error". */
  readonly nanLoss?: "error" | "allow";
}

const CHOICES: readonly unknown[] = ["error", "allow"];

/** @throws E_LEARNER_OPTION */
export function parseOptions(raw: unknown): LearnerPluginOptions {
  const where = 'plugin "learner"';
  if (raw === undefined) return {};
  if (typeof raw !== "object" || raw === null)
    throw E_LEARNER_OPTION({ option: "learner", expected: "an object", received: show(raw), where });
  for (const [option, value] of Object.entries(raw)) {
    if (option !== "nanLoss")
      throw E_LEARNER_OPTION({ option, expected: "nanLoss", received: option, where, hint: didYouMean(option, ["nanLoss"]) });
    if (value !== undefined && !CHOICES.includes(value))
      throw E_LEARNER_OPTION({ option, expected: '"error" or "allow"', received: show(value), where });
  }
  return raw;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
