import { E_OPTIMIZERS_OPTION } from "./errors.ts";

/** Fills in defaults; refuses unknown keys, wrong types and numbers that are not finite. @throws E_OPTIMIZERS_OPTION */
export function parseOptions<T extends { readonly [K in keyof T]: number | boolean }>(optimizer: string, defaults: T, raw: unknown): T {
  const known = Object.keys(defaults);
  if (raw === undefined || raw === null) return defaults;
  if (typeof raw !== "object" || Array.isArray(raw)) {
    throw E_OPTIMIZERS_OPTION({
      optimizer,
      problem: `options must be an object, not ${Array.isArray(raw) ? "a list" : typeof raw}`,
      known,
    });
  }
  const given: Record<string, unknown> = { ...raw };
  const types = new Map(Object.entries<number | boolean>(defaults).map(([key, value]) => [key, typeof value]));
  for (const [option, value] of Object.entries(given)) {
    if (value === undefined) delete given[option];
    else checkOption(optimizer, option, value, types);
  }
  return { ...defaults, ...given };
}

function checkOption(optimizer: string, option: string, value: unknown, types: ReadonlyMap<string, string>): void {
  const known = [...types.keys()];
  const type = types.get(option);
  if (type === undefined) throw E_OPTIMIZERS_OPTION({ optimizer, problem: `unknown option "${option}"`, known, option });
  const valid = type === "number" ? Number.isFinite(value) : typeof value === type;
  if (!valid)
    throw E_OPTIMIZERS_OPTION({ optimizer, problem: `option "${option}" must be a ${type}, not ${String(value)}`, known, option });
}
