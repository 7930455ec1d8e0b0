import { E_OPTIMIZERS_OPTION } from "./errors.ts";

type Value = number | boolean | readonly number[];
type Widened<T> = { readonly [K in keyof T]: T[K] extends boolean ? boolean : T[K] extends number ? number : readonly number[] };

/** PyTorch's arguments by its names; refuses unknown ones and wrong types. @throws E_OPTIMIZERS_OPTION */
export function parseTorch<T extends Readonly<Record<string, Value>>>(optimizer: string, defaults: T, raw: object | undefined): Widened<T> {
  const known = Object.keys(defaults);
  const given = Object.entries<unknown>({ ...raw }).filter(([, value]) => value !== undefined);
  for (const [option, value] of given) {
    const fallback = Object.hasOwn(defaults, option) ? defaults[option] : undefined;
    if (fallback === undefined) throw E_OPTIMIZERS_OPTION({ optimizer, problem: `unknown option "${option}"`, known, option });
    if (fits(value, fallback)) continue;
    throw E_OPTIMIZERS_OPTION({ optimizer, problem: `option "${option}" cannot be ${JSON.stringify(value)}`, known, option });
  }
  return { ...defaults, ...Object.fromEntries(given) } as Widened<T>; // every key was checked against its default
}

function fits(value: unknown, fallback: Value): boolean {
  if (typeof fallback === "number") return Number.isFinite(value);
  if (typeof fallback === "boolean") return typeof value === "boolean";
  return Array.isArray(value) && value.length === fallback.length && value.every((v) => Number.isFinite(v));
}
