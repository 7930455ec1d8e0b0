import fc from "fast-check";

export type Pair = [number, number];
export type Quad = [number, number, number, number];
export type Pad = "same" | "valid" | [[0, 0], Pair, Pair, [0, 0]];

export function between(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max });
}

export function upTo(most: number): fc.Arbitrary<number> {
  return between(1, most);
}

export function pair(most: number): fc.Arbitrary<Pair> {
  return fc.tuple(upTo(most), upTo(most));
}

/** `[batch, height, width, channels]` */
export function image(channels: number): fc.Arbitrary<Quad> {
  return fc.tuple(upTo(4), upTo(13), upTo(13), upTo(channels));
}

const sides = fc.tuple(fc.nat(3), fc.nat(3));

/** As often explicit, and so asymmetric, as by name. */
export const anyPad: fc.Arbitrary<Pad> = fc.oneof(
  fc.constantFrom<Pad>("same", "valid"),
  fc.tuple(sides, sides).map(([height, width]): Pad => [[0, 0], height, width, [0, 0]]),
);

/** Whether the window, dilated, fits into the padded image at least once. */
export function holds(one: { readonly x: Quad; readonly filter: Pair; readonly dilations?: Pair; readonly pad: Pad }): boolean {
  const { x, filter, dilations = [1, 1], pad } = one;
  if (pad === "same") return true;
  const [, [top, bottom], [left, right]] = pad === "valid" ? [0, [0, 0], [0, 0]] : pad;
  const reach = ([0, 1] as const).map((i) => (filter[i] - 1) * dilations[i] + 1) as Pair;
  return reach[0] <= x[1] + top + bottom && reach[1] <= x[2] + left + right;
}
