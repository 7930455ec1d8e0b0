import { didYouMean } from "@fastap/kernel";
import { E_METRICS_OPTION } from "./errors.ts";

/** A default of null marks a number or a list of numbers that may be absent. */
type OptionValue = number | boolean | string | readonly number[] | null;

/** Allowed values of options that are one of a few. */
export type Choices = Readonly<Record<string, readonly (string | null)[]>>;

/** Fills in defaults; refuses unknown keys, wrong types and numbers that are not finite. @throws E_METRICS_OPTION */
export function parseOptions<T extends { readonly [K in keyof T]: OptionValue }>(
  metric: string,
  defaults: T,
  raw: unknown,
  choices: Choices = {},
): T {
  const known = Object.keys(defaults);
  if (raw === undefined || raw === null) return defaults;
  if (typeof raw !== "object" || Array.isArray(raw)) throw E_METRICS_OPTION({ metric, problem: "options must be an object", known });
  const given = Object.entries<unknown>({ ...raw }).filter(([, value]) => value !== undefined);
  const fallbacks = new Map(Object.entries<OptionValue>(defaults));
  for (const [option, value] of given) {
    const fallback = fallbacks.get(option);
    if (fallback === undefined) throw E_METRICS_OPTION({ metric, problem: `unknown option "${option}"`, known, option });
    const wanted = mismatch(value, fallback, choices[option]);
    if (wanted === undefined) continue;
    throw E_METRICS_OPTION({ metric, problem: `option "${option}" must be ${wanted}, not ${JSON.stringify(value)}`, known, option });
  }
  return { ...defaults, ...Object.fromEntries(given) };
}

/** What the value should be; undefined where it is that. */
function mismatch(value: unknown, fallback: OptionValue, choices: readonly (string | null)[] | undefined): string | undefined {
  if (choices !== undefined) {
    const texts = choices.map((choice) => JSON.stringify(choice));
    if (choices.includes(value as string | null)) return undefined;
    const near =
      typeof value === "string"
        ? (didYouMean(
            value,
            choices.flatMap((c) => c ?? []),
          ) ?? "")
        : "";
    return `one of ${texts.join(", ")}${near === "" ? "" : ` (${near})`}`;
  }
  if (fallback === null) {
    return value === null || isNumber(value) || (Array.isArray(value) && value.every(isNumber)) ? undefined : "a number, numbers or null";
  }
  if (typeof fallback === "number") return isNumber(value) ? undefined : "a number";
  return typeof value === typeof fallback ? undefined : `a ${typeof fallback}`;
}

function isNumber(value: unknown): boolean {
  return Number.isFinite(value);
}
