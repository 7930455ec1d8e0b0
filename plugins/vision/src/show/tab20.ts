/** The colours of matplotlib's tab20: ten strong ones, then the same in light. */
const COLORS: readonly string[] = [
  ...["1f77b4", "ff7f0e", "2ca02c", "d62728", "9467bd", "8c564b", "e377c2", "7f7f7f", "bcbd22", "17becf"],
  ...["aec7e8", "ffbb78", "98df8a", "ff9896", "c5b0d5", "c49c94", "f7b6d2", "c7c7c7", "dbdb8d", "9edae5"],
];

/** Red, green and blue of each colour, one after the other. */
const BYTES: Uint8Array = Uint8Array.from(COLORS.flatMap((hex) => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))));

/** The colour of a class, as three bytes; after twenty they start over. */
export function tab20(id: number): readonly [number, number, number] {
  const at = (((id % COLORS.length) + COLORS.length) % COLORS.length) * 3;
  return [BYTES[at] ?? 0, BYTES[at + 1] ?? 0, BYTES[at + 2] ?? 0];
}
