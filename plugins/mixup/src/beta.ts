import type { Random } from "@fastap/kernel";

/** A number from Beta(alpha, alpha), in [0, 1]. */
export function beta(random: Random, alpha: number): number {
  const [a, b] = [gamma(random, alpha), gamma(random, alpha)];
  return a + b === 0 ? (random.uniform() < 0.5 ? 0 : 1) : a / (a + b); // both underflow where alpha is tiny
}

/** From Gamma(shape, 1). `@source Marsaglia & Tsang 2000` */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
