import { floats, loadLanes, mulAdd, storeLanes } from "./lanes";

// Steps over `count` floats of one parameter. Outputs may be the inputs: every lane is read before it is written. `keep` is what
// decoupled decay leaves of the parameter, `l2` the share of it that coupled decay adds to the gradient; `avg` at 0 is none.

/** `avg ← mom·avg + g`, `param ← param − rate·(avg or g)`. */
export function sgdStep(
  param: usize, grad: usize, avg: usize, count: i32, keep: f32, l2: f32, rate: f32, mom: f32, newParam: usize, newAvg: usize,
): void {
  const keeps = f32x4.splat(keep);
  const couples = f32x4.splat(l2);
  const moms = f32x4.splat(mom);
  const rates = f32x4.splat(rate);
  for (let i = 0; i < count; i += 4) {
    const at = floats(i);
    const lanes = min(4, count - i);
    const p = f32x4.mul(loadLanes(param + at, lanes), keeps);
    let g = loadLanes(grad + at, lanes);
    if (l2 != 0) g = mulAdd(couples, p, g);
    if (avg != 0) {
      g = mulAdd(moms, loadLanes(avg + at, lanes), g);
      storeLanes(newAvg + at, g, lanes);
    }
    storeLanes(newParam + at, f32x4.sub(p, f32x4.mul(rates, g)), lanes);
  }
}

/** As sgdStep, divided by `√sqrAvg + eps`; `sqrAvg ← sqrMom·sqrAvg + sqrDamp·g²`. */
export function rmspropStep(
  param: usize, grad: usize, avg: usize, sqrAvg: usize, count: i32,
  keep: f32, l2: f32, rate: f32, mom: f32, sqrMom: f32, sqrDamp: f32, eps: f32,
  newParam: usize, newAvg: usize, newSqrAvg: usize,
): void {
  const keeps = f32x4.splat(keep);
  const couples = f32x4.splat(l2);
  const moms = f32x4.splat(mom);
  const sqrMoms = f32x4.splat(sqrMom);
  const sqrDamps = f32x4.splat(sqrDamp);
  const rates = f32x4.splat(rate);
  const floor = f32x4.splat(eps);
  for (let i = 0; i < count; i += 4) {
    const at = floats(i);
    const lanes = min(4, count - i);
    const p = f32x4.mul(loadLanes(param + at, lanes), keeps);
    let g = loadLanes(grad + at, lanes);
    if (l2 != 0) g = mulAdd(couples, p, g);
    const s = mulAdd(sqrDamps, f32x4.mul(g, g), f32x4.mul(sqrMoms, loadLanes(sqrAvg + at, lanes)));
    storeLanes(newSqrAvg + at, s, lanes);
    if (avg != 0) {
      g = mulAdd(moms, loadLanes(avg + at, lanes), g);
      storeLanes(newAvg + at, g, lanes);
    }
    storeLanes(newParam + at, f32x4.sub(p, f32x4.div(f32x4.mul(rates, g), f32x4.add(f32x4.sqrt(s), floor))), lanes);
  }
}

/**
 * One Adam step. `rate` is lr over the bias correction of the mean, `correction` the inverse bias correction of the mean square.
 */
export function adamStep(
  param: usize, grad: usize, avg: usize, sqrAvg: usize, count: i32,
  keep: f32, l2: f32, rate: f32, mom: f32, damp: f32, sqrMom: f32, sqrDamp: f32, correction: f32, eps: f32,
  newParam: usize, newAvg: usize, newSqrAvg: usize,
): void {
  const keeps = f32x4.splat(keep);
  const couples = f32x4.splat(l2);
  const moms = f32x4.splat(mom);
  const damps = f32x4.splat(damp);
  const sqrMoms = f32x4.splat(sqrMom);
  const sqrDamps = f32x4.splat(sqrDamp);
  const corrections = f32x4.splat(correction);
  const rates = f32x4.splat(rate);
  const floor = f32x4.splat(eps);
  for (let i = 0; i < count; i += 4) {
    const at = floats(i);
    const lanes = min(4, count - i);
    const p = f32x4.mul(loadLanes(param + at, lanes), keeps);
    let g = loadLanes(grad + at, lanes);
    if (l2 != 0) g = mulAdd(couples, p, g);
    const a = mulAdd(damps, g, f32x4.mul(moms, loadLanes(avg + at, lanes)));
    const s = mulAdd(sqrDamps, f32x4.mul(g, g), f32x4.mul(sqrMoms, loadLanes(sqrAvg + at, lanes)));
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(s, corrections)), floor);
    storeLanes(newAvg + at, a, lanes);
    storeLanes(newSqrAvg + at, s, lanes);
    storeLanes(newParam + at, f32x4.sub(p, f32x4.div(f32x4.mul(rates, a), size)), lanes);
  }
}

// @ts-ignore: decorator
@inline
function squaresOf(v: v128): v128 {
  const low = f64x2.promote_low_f32x4(v);
  const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
  return f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high));
}

/**
 * New moments as Adam's, and at `norms` two float64: the sums of squares of the decayed parameter and of Adam's update, debiased and
 * without the rate.
 */
export function lambMoments(
  param: usize, grad: usize, avg: usize, sqrAvg: usize, count: i32,
  keep: f32, l2: f32, momCorrection: f32, mom: f32, damp: f32, sqrMom: f32, sqrDamp: f32, correction: f32, eps: f32,
  newAvg: usize, newSqrAvg: usize, norms: usize,
): void {
  const keeps = f32x4.splat(keep);
  const couples = f32x4.splat(l2);
  let params = f64x2.splat(0);
  let updates = params;
  for (let i = 0; i < count; i += 4) {
    const at = floats(i);
    const lanes = min(4, count - i);
    const p = f32x4.mul(loadLanes(param + at, lanes), keeps);
    let g = loadLanes(grad + at, lanes);
    if (l2 != 0) g = mulAdd(couples, p, g);
    const a = mulAdd(f32x4.splat(damp), g, f32x4.mul(f32x4.splat(mom), loadLanes(avg + at, lanes)));
    const s = mulAdd(f32x4.splat(sqrDamp), f32x4.mul(g, g), f32x4.mul(f32x4.splat(sqrMom), loadLanes(sqrAvg + at, lanes)));
    storeLanes(newAvg + at, a, lanes);
    storeLanes(newSqrAvg + at, s, lanes);
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(s, f32x4.splat(correction))), f32x4.splat(eps));
    let u = f32x4.div(f32x4.mul(f32x4.splat(momCorrection), a), size);
    // Past the end both are 0, and 0 / 0 is NaN where eps is 0.
    if (lanes < 4) u = firstLanes(u, lanes);
    params = f64x2.add(params, squaresOf(p));
    updates = f64x2.add(updates, squaresOf(u));
  }
  store<f64>(norms, f64x2.extract_lane(params, 0) + f64x2.extract_lane(params, 1));
  store<f64>(norms, f64x2.extract_lane(updates, 0) + f64x2.extract_lane(updates, 1), 8);
}

function firstLanes(v: v128, count: i32): v128 {
  v = f32x4.replace_lane(v, 3, 0);
  if (count < 3) v = f32x4.replace_lane(v, 2, 0);
  if (count < 2) v = f32x4.replace_lane(v, 1, 0);
  return v;
}
