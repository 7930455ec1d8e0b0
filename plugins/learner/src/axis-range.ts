/** What an axis spans, and where it has numbers. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** What the ticks are called. */
  readonly texts: readonly string[];
}

/** Round ticks (1, 2, 5 · 10ⁿ) that cover the values; `pad` widens the range to whole ticks. */
export function rangeOf(values: readonly number[], pad: boolean): Range {
  let [low, high] = spanOf(values);
  if (low === high) [low, high] = low === 0 ? [0, 1] : [low - Math.abs(low) / 2, high + Math.abs(high) / 2];
  const step = niceStep((high - low) / 5);
  if (pad) [low, high] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  const ticks = Array.from({ length: count }, (_, i) => (first + i) * step);
  return { low, high, ticks, texts: ticks.map((tick) => text(tick, step)) };
}

/** Of logarithms to base 10: ticks at 1, 2 and 5 · 10ⁿ, or at powers of ten where there are many. */
export function logRangeOf(logs: readonly number[]): Range {
  const [low, high] = spanOf(logs);
  const exponents = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, i) => Math.floor(low) + i);
  const factors = high - low > 2 ? [1] : [1, 2, 5];
  const all = exponents.flatMap((exponent) => factors.map((factor) => ({ factor, exponent, log: exponent + Math.log10(factor) })));
  const from = Math.max(
    0,
    all.findLastIndex(({ log }) => log <= low + 1e-9),
  );
  const to = all.findIndex(({ log }) => log >= high - 1e-9);
  const ticks = all.slice(from, Math.max(from + 1, to) + 1);
  return {
    low: ticks[0]?.log ?? low,
    high: ticks.at(-1)?.log ?? high,
    ticks: ticks.map(({ log }) => log),
    texts: ticks.map(({ factor, exponent }) =>
      Math.abs(exponent) > 4 ? `${factor}e${exponent}` : (factor * 10 ** exponent).toFixed(Math.max(0, -exponent)),
    ),
  };
}

function spanOf(values: readonly number[]): [low: number, high: number] {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return low > high ? [0, 1] : [low, high];
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((f) => f * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** As many decimals as the distance of the ticks needs. */
function text(value: number, step: number): string {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const whole = Math.abs(value) < step / 1e6 ? 0 : value;
  return decimals > 4 ? (whole === 0 ? "0" : whole.toExponential(1)) : whole.toFixed(decimals);
}
