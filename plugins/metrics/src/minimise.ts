export interface Minimum {
  readonly x: number;
  readonly value: number;
}

const GOLDEN = (3 - Math.sqrt(5)) / 2;
const ROOT_EPS = Math.sqrt(2.2e-16);

/**
 * Smallest value of `f` between two bounds, by golden section and parabolas, `x` to within `tol`.
 * @source Brent 1973, "Algorithms for Minimization without Derivatives", chapter 5
 */
export function minimise(f: (x: number) => number, [low, high]: readonly [number, number], tol: number): Minimum {
  const state = startAt(low + GOLDEN * (high - low), f, low, high);
  for (let evaluations = 1; evaluations < 500; evaluations++) {
    const middle = (state.low + state.high) / 2;
    const near = ROOT_EPS * Math.abs(state.x) + tol / 3;
    if (Math.abs(state.x - middle) <= 2 * near - (state.high - state.low) / 2) break;
    const step = nextStep(state, middle, near);
    const x = state.x + Math.sign(step || 1) * Math.max(Math.abs(step), near);
    take(state, x, f(x));
  }
  return { x: state.x, value: state.fx };
}

/** The bracket, the best point, the second best and the one before; the last step and the one before. */
interface State {
  low: number;
  high: number;
  x: number;
  fx: number;
  second: number;
  fSecond: number;
  third: number;
  fThird: number;
  step: number;
  before: number;
}

function startAt(x: number, f: (x: number) => number, low: number, high: number): State {
  const fx = f(x);
  return { low, high, x, fx, second: x, fSecond: fx, third: x, fThird: fx, step: 0, before: 0 };
}

function nextStep(s: State, middle: number, near: number): number {
  if (Math.abs(s.before) > near) {
    let r = (s.x - s.second) * (s.fx - s.fThird);
    let q = (s.x - s.third) * (s.fx - s.fSecond);
    let p = (s.x - s.third) * q - (s.x - s.second) * r;
    q = 2 * (q - r);
    if (q > 0) p = -p;
    q = Math.abs(q);
    r = s.before;
    s.before = s.step;
    if (Math.abs(p) < Math.abs(0.5 * q * r) && p > q * (s.low - s.x) && p < q * (s.high - s.x)) {
      s.step = p / q;
      const x = s.x + s.step;
      if (x - s.low < 2 * near || s.high - x < 2 * near) s.step = near * Math.sign(middle - s.x || 1);
      return s.step;
    }
  }
  s.before = s.x >= middle ? s.low - s.x : s.high - s.x;
  s.step = GOLDEN * s.before;
  return s.step;
}

function take(s: State, x: number, fx: number): void {
  if (fx <= s.fx) {
    if (x >= s.x) s.low = s.x;
    else s.high = s.x;
    Object.assign(s, { third: s.second, fThird: s.fSecond, second: s.x, fSecond: s.fx, x, fx });
    return;
  }
  if (x < s.x) s.low = x;
  else s.high = x;
  if (fx <= s.fSecond || s.second === s.x) Object.assign(s, { third: s.second, fThird: s.fSecond, second: x, fSecond: fx });
  else if (fx <= s.fThird || s.third === s.x || s.third === s.second) Object.assign(s, { third: x, fThird: fx });
}
