import { E_METRICS_OPTION } from "./errors.ts";

/** Fills in defaults; refuses unknown keys, wrong types and numbers that are not finite. @throws E_METRICS_OPTION */
export function parseOptions<T extends { readonly [K in keyof T]: number | boolean }>(metric: string, defaults: T, raw: unknown): T {
  const known = Object.keys(defaults);
  if (raw === undefined || raw === null) return defaults;
  if (typeof raw !== "object" || Array.isArray(raw)) throw E_METRICS_OPTION({ metric, problem: "options must be an object", known });
  const given: Record<string, unknown> = { ...raw };
  const types = new Map(Object.entries<number | boolean>(defaults).map(([key, value]) => [key, typeof value]));
  for (const [option, value] of Object.entries(given)) {
    const type = types.get(option);
    if (type === undefined) throw E_METRICS_OPTION({ metric, problem: `unknown option "${option}"`, known, option });
    if (value === undefined) delete given[option];
    else if (type === "number" ? !Number.isFinite(value) : typeof value !== type) {
      throw E_METRICS_OPTION({ metric, problem: `option "${option}" must be a ${type}, not ${JSON.stringify(value)}`, known, option });
    }
  }
  return { ...defaults, ...given };
}
