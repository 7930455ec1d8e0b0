import { floats, loadLanes, mulAdd, storeLanes } from "./lanes";

/**
 * One Adam step over `count` floats, all outputs apart from the inputs. `rate` is lr over the bias correction of the mean, `correction`
 * the inverse bias correction of the mean square.
 */
export function adamStep(
  param: usize,
  grad: usize,
  avg: usize,
  sqrAvg: usize,
  count: i32,
  rate: f32,
  mom: f32,
  damp: f32,
  sqrMom: f32,
  sqrDamp: f32,
  correction: f32,
  eps: f32,
  newParam: usize,
  newAvg: usize,
  newSqrAvg: usize,
): void {
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
    const g = loadLanes(grad + at, lanes);
    const a = mulAdd(damps, g, f32x4.mul(moms, loadLanes(avg + at, lanes)));
    const s = mulAdd(sqrDamps, f32x4.mul(g, g), f32x4.mul(sqrMoms, loadLanes(sqrAvg + at, lanes)));
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(s, corrections)), floor);
    storeLanes(newAvg + at, a, lanes);
    storeLanes(newSqrAvg + at, s, lanes);
    storeLanes(newParam + at, f32x4.sub(loadLanes(param + at, lanes), f32x4.div(f32x4.mul(rates, a), size)), lanes);
  }
}
