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
  if (choices !== undefined) return choices.includes(value as string | null) ? undefined : oneOf(choices, value);
  if (fallback === null) {
    const isList = Array.isArray(value) && value.every(isNumber);
    return value === null || isNumber(value) || isList ? undefined : "a number, numbers or null";
  }
  const fits = typeof fallback === "number" ? isNumber(value) : typeof value === typeof fallback;
  return fits ? undefined : `a ${typeof fallback}`;
}

function oneOf(choices: readonly (string | null)[], value: unknown): string {
  const names = choices.flatMap((choice) => choice ?? []);
  const near = typeof value === "string" ? didYouMean(value, names) : undefined;
  return `one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}${near === undefined ? "" : ` (${near})`}`;
}

function isNumber(value: unknown): boolean {
  return Number.isFinite(value);
}
