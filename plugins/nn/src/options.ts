import { checkWhole } from "./check.ts";
import { E_NN_OPTION } from "./errors.ts";

export interface ConvNetOptions {
  /** Input channels, then those of every convolution. */
  readonly channels: readonly number[];
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: number;
  readonly bias: boolean;
  /** After every convolution, the last one too. */
  readonly norm: "batch" | null;
}

export interface MlpOptions {
  /** Inputs, hidden layers, outputs. */
  readonly sizes: readonly number[];
  /** After every linear layer but the last. */
  readonly norm: "batch" | null;
  /** Starts with a Flatten, so that images fit. */
  readonly flatten: boolean;
}

export const CONV_NET_DEFAULTS: ConvNetOptions = {
  channels: [1, 8, 16, 32, 16, 10],
  kernelSize: 3,
  stride: 2,
  padding: 1,
  bias: true,
  norm: "batch",
};

export const MLP_DEFAULTS: MlpOptions = { sizes: [784, 50, 10], norm: null, flatten: true };

/** Least values of whole numbers among the options. */
const LEAST: Readonly<Record<string, number>> = { kernelSize: 1, stride: 1, padding: 0 };

/** @throws E_NN_OPTION */
export function parseConvNet(raw: unknown): ConvNetOptions {
  return parse("convNet", CONV_NET_DEFAULTS, raw);
}

/** @throws E_NN_OPTION */
export function parseMlp(raw: unknown): MlpOptions {
  return parse("mlp", MLP_DEFAULTS, raw);
}

function parse<T extends object>(of: string, defaults: T, raw: unknown): T {
  if (raw === undefined || raw === null) return defaults;
  if (typeof raw !== "object" || Array.isArray(raw)) throw E_NN_OPTION({ of, problem: "options must be an object" });
  const known = Object.keys(defaults);
  const given = Object.entries(raw).filter(([, value]: [string, unknown]) => value !== undefined);
  for (const [option, value] of given) {
    if (!known.includes(option)) throw E_NN_OPTION({ of, option, known, problem: `unknown option "${option}"` });
    checkOption(of, option, value);
  }
  return { ...defaults, ...Object.fromEntries(given) };
}

function checkOption(of: string, option: string, value: unknown): void {
  const least = LEAST[option];
  if (least !== undefined) return checkWhole(of, option, value, least);
  if (option === "channels" || option === "sizes") return checkSizes(of, option, value);
  if (option === "norm") return check(value === null || value === "batch", of, option, 'must be "batch" or null');
  check(typeof value === "boolean", of, option, "must be true or false");
}

function checkSizes(of: string, option: string, value: unknown): void {
  const sizes: readonly unknown[] = Array.isArray(value) ? value : [];
  check(sizes.length >= 2, of, option, "must be a list of at least two whole numbers");
  for (const size of sizes) checkWhole(of, option, size, 1);
}

function check(valid: boolean, of: string, option: string, rule: string): void {
  if (!valid) throw E_NN_OPTION({ of, option, problem: `${option} ${rule}` });
}
