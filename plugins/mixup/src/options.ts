import { E_MIXUP_OPTION } from "./errors.ts";

/** What an option holds; `null` as a default stands for a text that may be missing. */
type OptionValue = number | boolean | string | null;

/** Fills in defaults; refuses unknown keys, wrong types and numbers that are not finite. @throws E_MIXUP_OPTION */
export function parseOptions<T extends { readonly [K in keyof T]: OptionValue }>(callback: string, defaults: T, raw: unknown): T {
  const known = Object.keys(defaults);
  if (raw === undefined || raw === null) return defaults;
  if (typeof raw !== "object" || Array.isArray(raw)) throw E_MIXUP_OPTION({ callback, problem: "options must be an object", known });
  const fallbacks = new Map(Object.entries<OptionValue>(defaults));
  const given = Object.entries<unknown>({ ...raw }).filter(([, value]) => value !== undefined);
  for (const [option, value] of given) {
    const fallback = fallbacks.get(option);
    if (fallback === undefined) throw E_MIXUP_OPTION({ callback, problem: `unknown option "${option}"`, known, option });
    const type = fallback === null ? "string" : typeof fallback;
    if (type === "number" ? Number.isFinite(value) : typeof value === type) continue;
    throw E_MIXUP_OPTION({ callback, problem: `option "${option}" must be a ${type}, not ${JSON.stringify(value)}`, known, option });
  }
  return { ...defaults, ...Object.fromEntries(given) };
}
