import type { Random } from "@fastap/kernel";

/** One call of Python's random as the cases log it. */
export interface LoggedDraw {
  readonly fn: string;
  readonly args?: readonly [number, number];
  readonly value: number;
}

/** Gives the logged draws one after the other. What the case does not say cannot be drawn. */
export function scriptedRandom(draws: readonly LoggedDraw[]): Random {
  let at = 0;
  const next = (...names: readonly string[]): LoggedDraw => {
    const draw = draws[at++];
    if (draw === undefined || !names.includes(draw.fn))
      throw new Error(`draw ${at} is ${draw?.fn ?? "not there"}, wanted ${names.join(" or ")}`);
    return draw;
  };
  const uniform = (): number => {
    const { args: [low, high] = [0, 1], value } = next("random", "uniform");
    return high === low ? 0 : (value - low) / (high - low);
  };
  const int = (): number => {
    const { args: [low] = [0, 0], value } = next("randint");
    return value - low;
  };
  const refuse = (): never => {
    throw new Error("not logged");
  };
  return { uniform, int, normal: uniform, permutation: refuse, fork: () => scriptedRandom(draws), state: refuse, restore: refuse };
}
