import type { PythonCall, PythonValue } from "../python-expression.ts";

type Words = readonly (readonly [pattern: RegExp, call: (numbers: readonly number[], channels: number) => PythonCall])[];

const named = (call: string, given: Readonly<Record<string, PythonValue>>): PythonCall => ({ call, args: [], named: given });
const sizeOf = ([a = 1, b]: readonly number[]): PythonValue => (b === undefined ? a : [a, b]);
const windowOf = ([ks = 2, stride = ks, padding = 0]: readonly number[]): Record<string, PythonValue> => ({ ks, stride, padding });

/** How cases name a layer that they do not write as a call: digits are sizes, or window, stride and padding. */
const words: Words = [
  [/^adaptive_avg(?:_pool)?_(\d+)(?:x(\d+))?$/, (n) => named("AdaptiveAvgPool", { sz: sizeOf(n) })],
  [/^adaptive_max(?:_pool)?_(\d+)(?:x(\d+))?$/, (n) => named("AdaptiveMaxPool2d", { size: sizeOf(n) })],
  [/^adaptive_concat_pool_(\d+)(?:x(\d+))?$/, (n) => named("AdaptiveConcatPool2d", { size: sizeOf(n) })],
  [/^avgpool(?:_(\d)(\d)?(\d)?)?(?:_ceil(?:_ignored)?)$/, (n) => named("AvgPool", { ...windowOf(n), ceil_mode: true })],
  [/^avgpool(?:_(\d)(\d)?(\d)?)?$/, (n) => named("AvgPool", windowOf(n))],
  [/^maxpool(?:_(\d)(\d)?(\d)?)?(?:_ceil(?:_ignored)?)?$/, (n) => named("MaxPool", windowOf(n))],
  [/^pool_flatten_avg$/, () => named("PoolFlatten", { pool_type: "Avg" })],
  [/^pool_flatten_max$/, () => named("PoolFlatten", { pool_type: "Max" })],
  [/^pool_flatten_cat$/, () => named("PoolFlatten", { pool_type: "Cat" })],
  [/^self_attention$/, (_, c) => named("SelfAttention", { n_channels: c })],
  [/^pooled_self_attention(?:2d)?$/, (_, c) => named("PooledSelfAttention2d", { n_channels: c })],
  [/^simple_self_attention$/, (_, c) => named("SimpleSelfAttention", { n_in: c })],
  [/^simple_self_attention_sym$/, (_, c) => named("SimpleSelfAttention", { n_in: c, sym: true })],
];

export function namedInWords(text: string, channels: number): PythonCall | undefined {
  for (const [pattern, call] of words) {
    const match = pattern.exec(text);
    if (match !== null)
      return call(
        match
          .slice(1)
          .filter((digits) => digits !== undefined)
          .map(Number),
        channels,
      );
  }
  return undefined;
}
