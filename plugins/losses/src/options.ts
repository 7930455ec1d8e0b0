import { E_LOSSES_OPTION } from "./errors.ts";

/** What options hold: numbers, switches, a reduction, per-class or per-label numbers (null: none). */
export type OptionValue = number | boolean | string | readonly number[] | null;

/** Fills in defaults; refuses unknown keys and wrong types. A default of null marks a list of numbers. @throws E_LOSSES_OPTION */
export function parseOptions<T extends { readonly [K in keyof T]: OptionValue }>(loss: string, defaults: T, raw: unknown): T {
  if (raw === undefined || raw === null) return defaults;
  const known = Object.keys(defaults);
  if (typeof raw !== "object" || Array.isArray(raw)) throw E_LOSSES_OPTION({ loss, problem: "options must be an object", known });
  const given = Object.entries<unknown>({ ...raw }).filter(([, value]) => value !== undefined);
  const fallbacks = new Map(Object.entries<OptionValue>(defaults));
  for (const [option, value] of given) {
    const fallback = fallbacks.get(option);
    if (fallback === undefined) throw E_LOSSES_OPTION({ loss, problem: `unknown option "${option}"`, known, option });
    if (fits(option, value, fallback)) continue;
    throw E_LOSSES_OPTION({ loss, problem: `option "${option}" cannot be ${JSON.stringify(value)}`, known, option });
  }
  return { ...defaults, ...Object.fromEntries(given) };
}

const reductions: readonly unknown[] = ["mean", "sum", "none"];
const integers: readonly string[] = ["axis", "ignoreIndex"];

function fits(option: string, value: unknown, fallback: OptionValue): boolean {
  if (option === "reduction") return reductions.includes(value);
  if (integers.includes(option)) return Number.isInteger(value);
  if (fallback === null) return value === null || isNumbers(value);
  return typeof fallback === "number" ? Number.isFinite(value) : typeof value === typeof fallback;
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((v) => Number.isFinite(v));
}
