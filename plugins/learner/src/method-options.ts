import { didYouMean, type HyperValue } from "@fastap/kernel";
import { E_LEARNER_OPTION } from "./errors.ts";

/** Types of an option by the word for them. */
export interface OptionKinds {
  readonly count: number;
  readonly countOrNone: number;
  readonly number: number;
  readonly share: number;
  readonly boolean: boolean;
  readonly triple: readonly [number, number, number];
  readonly hyper: HyperValue;
  readonly resume: boolean | string;
}

type Kind = keyof OptionKinds;
type Options<S> = { -readonly [K in keyof S]?: S[K] extends Kind ? OptionKinds[S[K]] : never };

const CHECKS: Readonly<Record<Kind, { readonly expected: string; readonly ok: (value: unknown) => boolean }>> = {
  countOrNone: { expected: "a whole number ≥ 0", ok: (v) => Number.isSafeInteger(v) && Number(v) >= 0 },
  count: { expected: "a whole number ≥ 1", ok: (v) => Number.isSafeInteger(v) && Number(v) >= 1 },
  number: { expected: "a number", ok: Number.isFinite },
  share: { expected: "a number from 0 to 1", ok: (v) => Number.isFinite(v) && Number(v) >= 0 && Number(v) <= 1 },
  boolean: { expected: "true or false", ok: (v) => typeof v === "boolean" },
  resume: { expected: "true, false or the path of a checkpoint", ok: (v) => typeof v === "boolean" || (typeof v === "string" && v !== "") },
  triple: { expected: "three numbers", ok: (v) => isNumbers(v) && Array.isArray(v) && v.length === 3 },
  hyper: {
    expected: "a number, a list of one per group, or { slice: [start or null, stop] }",
    ok: (v) => Number.isFinite(v) || isNumbers(v) || isSlice(v),
  },
};

/**
 * The options a config gives to a Learner method, checked: `methodOptions("fit", raw, { nEpoch: "count", lr: "hyper" })`.
 * @throws E_LEARNER_OPTION for unknown keys, with the nearest known one, and for wrong types
 */
export function methodOptions<const S extends Readonly<Record<string, Kind>>>(
  method: string,
  raw: Readonly<Record<string, unknown>>,
  spec: S,
): Options<S> {
  const known = Object.keys(spec);
  const where = `config, task.fit, ${method}`;
  for (const [option, value] of Object.entries(raw)) {
    const kind = Object.hasOwn(spec, option) ? spec[option] : undefined;
    if (kind === undefined)
      throw E_LEARNER_OPTION({ option, expected: known.join(", "), received: option, where, hint: didYouMean(option, known) });
    const { expected, ok } = CHECKS[kind];
    if (!ok(value)) throw E_LEARNER_OPTION({ option, expected, received: JSON.stringify(value) ?? String(value), where });
  }
  return raw as Options<S>; // every key was checked against its kind
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(Number.isFinite);
}

function isSlice(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("slice" in value) || !Array.isArray(value.slice)) return false;
  const [start, stop] = value.slice;
  return value.slice.length === 2 && (start === null || Number.isFinite(start)) && Number.isFinite(stop);
}
