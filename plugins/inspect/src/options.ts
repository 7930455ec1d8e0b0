import { E_INSPECT_OPTION } from "./errors.ts";

interface Kinds {
  readonly boolean: boolean;
  readonly count: number;
}
type Options<S> = { readonly [K in keyof S]?: S[K] extends keyof Kinds ? Kinds[S[K]] : never };

const CHECKS: Readonly<Record<keyof Kinds, { readonly wanted: string; readonly ok: (value: unknown) => boolean }>> = {
  boolean: { wanted: "true or false", ok: (value) => typeof value === "boolean" },
  count: { wanted: "a whole number of at least 1", ok: (value) => Number.isSafeInteger(value) && Number(value) >= 1 },
};

/** Options of a callback by kind; refuses unknown keys and wrong types. @throws E_INSPECT_OPTION */
export function parseOptions<S extends Readonly<Record<string, keyof Kinds>>>(callback: string, kinds: S, raw: unknown): Options<S> {
  const known = Object.keys(kinds);
  if (raw === undefined || raw === null) return {};
  if (typeof raw !== "object" || Array.isArray(raw)) throw E_INSPECT_OPTION({ callback, problem: "options must be an object", known });
  for (const [option, value] of Object.entries<unknown>({ ...raw })) {
    const kind = Object.hasOwn(kinds, option) ? kinds[option] : undefined;
    if (kind === undefined) throw E_INSPECT_OPTION({ callback, problem: `unknown option "${option}"`, known, option });
    if (CHECKS[kind].ok(value)) continue;
    const problem = `"${option}" must be ${CHECKS[kind].wanted}, not ${JSON.stringify(value)}`;
    throw E_INSPECT_OPTION({ callback, problem, known, option });
  }
  return raw as Options<S>; // every key was checked against its kind
}
