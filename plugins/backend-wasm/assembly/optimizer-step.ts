import { squares as squaresOf } from "./gradient-norm";
import { floats, loadLanes, mulAdd, storeLanes, sumOfLanes } from "./lanes";
import { softplusLanes } from "./unary";

/**
 * A run of neighbouring numbers of one parameter, and what its rule comes to at this step. Outputs may be the inputs: every lane is read
 * before it is written.
 *
 * p = keep·param, g = grad + l2·p, a = mom·avg + damp·g, s = sqrMom·sqrAvg + sqrDamp·g²,
 * u = (avgShare·a + gradShare·g) / (√(correction·s + sqrGradShare·g²) + eps), newParam = p − rate·u; with a sharpness, softplus rounds the
 * corner of what is below the line, x: softplus(sharpness·x) / sharpness.
 */
@unmanaged
class Entry {
  count: i32;
  param: usize;
  grad: usize;
  /** 0 for none: then a is g. */
  avg: usize;
  /** 0 for none. */
  sqrAvg: usize;
  newParam: usize;
  newAvg: usize;
  newSqrAvg: usize;
  /** Without, u is its upper part alone. */
  divides: i32;
  /** If not 0: two float64 to which go the sums of p² and u², while the parameter stays. */
  norms: usize;
  keep: f32;
  l2: f32;
  mom: f32;
  damp: f32;
  sqrMom: f32;
  sqrDamp: f32;
  avgShare: f32;
  gradShare: f32;
  correction: f32;
  sqrGradShare: f32;
  eps: f32;
  rate: f32;
  sharpness: f32;
}

/** A number of entries, how many of them make a task, then the entries. */
@unmanaged
class Job {
  count: i32;
  perTask: i32;
}

/** Takes no scratch memory. */
export function optimizerStepTask(job: usize, task: i32, _scratch: usize): void {
  const perTask = changetype<Job>(job).perTask;
  const end = min(changetype<Job>(job).count, (task + 1) * perTask);
  for (let i = task * perTask; i < end; i++) step(changetype<Entry>(job + offsetof<Job>() + <usize>i * offsetof<Entry>()));
}

/** A loop each, so that what a rule has not costs it nothing. */
function step(e: Entry): void {
  if (e.norms != 0) {
    if (e.sqrAvg == 0) sweep(e, false, false, false, false, true, true);
    else sweep(e, true, true, true, false, true, true);
  } else if (e.sqrAvg == 0) {
    if (e.avg == 0) sweep(e, false, false, false, false, true, false);
    else sweep(e, true, false, false, false, true, false);
  } else if (e.avg == 0) {
    if (e.divides == 0) sweep(e, false, true, false, false, true, false);
    else sweep(e, false, true, true, false, true, false);
  } else if (e.divides == 0) sweep(e, true, true, false, false, true, false);
  else if (e.sharpness != 0) sweep(e, true, true, true, true, true, false);
  else if (e.l2 != 0 || e.gradShare != 0 || e.sqrGradShare != 0) sweep(e, true, true, true, false, true, false);
  else sweep(e, true, true, true, false, false, false);
}

/**
 * Writes a and s of `lanes` numbers and returns u. Coefficients come as they are in registers, in all lanes; those of 0 are not used, and without
 * `mixes` l2 and the shares of the gradient are 0: Adam's loop has no branch and its coefficients in registers.
 */
// @ts-ignore: decorator
@inline
function direction(
  lanes: i32, averages: bool, squares: bool, divides: bool, smooths: bool, mixes: bool,
  p: v128, grad: usize, avg: usize, newAvg: usize, sqrAvg: usize, newSqrAvg: usize,
  l2: f32, l2s: v128, moms: v128, damps: v128, sqrMoms: v128, sqrDamps: v128, avgShares: v128, gradShare: f32, gradShares: v128,
  corrections: v128, sqrGradShare: f32, sqrGradShares: v128, floor: v128, sharpnesses: v128,
): v128 {
  let g = loadLanes(grad, lanes);
  // Before anything is written: a load waits for a store to the same place of another page.
  const oldAvg = averages ? loadLanes(avg, lanes) : g;
  const oldSqrAvg = squares ? loadLanes(sqrAvg, lanes) : g;
  if (mixes && l2 != 0) g = mulAdd(l2s, p, g);
  let a = g;
  if (averages) {
    a = mulAdd(damps, g, f32x4.mul(moms, oldAvg));
    storeLanes(newAvg, a, lanes);
  }
  let u = f32x4.mul(avgShares, a);
  if (mixes && gradShare != 0) u = mulAdd(gradShares, g, u);
  if (!squares) return u;
  const squared = f32x4.mul(g, g);
  const s = mulAdd(sqrDamps, squared, f32x4.mul(sqrMoms, oldSqrAvg));
  storeLanes(newSqrAvg, s, lanes);
  if (!divides) return u;
  let under = f32x4.mul(s, corrections);
  if (mixes && sqrGradShare != 0) under = mulAdd(sqrGradShares, squared, under);
  let root = f32x4.add(f32x4.sqrt(under), floor);
  if (smooths) root = f32x4.div(softplusLanes(f32x4.mul(root, sharpnesses)), sharpnesses);
  return f32x4.div(u, root);
}

// @ts-ignore: decorator
@inline
function sweep(e: Entry, averages: bool, squares: bool, divides: bool, smooths: bool, mixes: bool, measures: bool): void {
  const count = e.count, param = e.param, grad = e.grad, avg = e.avg, sqrAvg = e.sqrAvg;
  const newParam = e.newParam, newAvg = e.newAvg, newSqrAvg = e.newSqrAvg;
  const l2 = e.l2, gradShare = e.gradShare, sqrGradShare = e.sqrGradShare;
  const keeps = f32x4.splat(e.keep), l2s = f32x4.splat(l2), rates = f32x4.splat(e.rate);
  const moms = f32x4.splat(e.mom), damps = f32x4.splat(e.damp), sqrMoms = f32x4.splat(e.sqrMom), sqrDamps = f32x4.splat(e.sqrDamp);
  const avgShares = f32x4.splat(e.avgShare), gradShares = f32x4.splat(gradShare);
  const corrections = f32x4.splat(e.correction), sqrGradShares = f32x4.splat(sqrGradShare), floor = f32x4.splat(e.eps);
  const sharpnesses = f32x4.splat(e.sharpness);
  let i = 0;
  // Eight numbers in a round: with four, what a round costs by itself shows.
  if (!measures && !smooths) {
    for (; i + 8 <= count; i += 8) {
      const at = floats(i), next = floats(i + 4);
      const p = f32x4.mul(v128.load(param + at), keeps);
      const u = direction(
        4, averages, squares, divides, smooths, mixes, p, grad + at, avg + at, newAvg + at, sqrAvg + at, newSqrAvg + at, l2, l2s, moms, damps, sqrMoms, sqrDamps,
        avgShares, gradShare, gradShares, corrections, sqrGradShare, sqrGradShares, floor, sharpnesses,
      );
      v128.store(newParam + at, f32x4.sub(p, f32x4.mul(rates, u)));
      const q = f32x4.mul(v128.load(param + next), keeps);
      const v = direction(
        4, averages, squares, divides, smooths, mixes, q, grad + next, avg + next, newAvg + next, sqrAvg + next, newSqrAvg + next, l2, l2s, moms, damps, sqrMoms,
        sqrDamps, avgShares, gradShare, gradShares, corrections, sqrGradShare, sqrGradShares, floor, sharpnesses,
      );
      v128.store(newParam + next, f32x4.sub(q, f32x4.mul(rates, v)));
    }
  }
  const none = f64x2.splat(0);
  // Eight lanes of each sum; the halves change places at every round.
  let pa = none, pb = none, pc = none, pd = none, ua = none, ub = none, uc = none, ud = none;
  for (; i < count; i += 4) {
    const at = floats(i);
    const lanes = min(4, count - i);
    const p = f32x4.mul(loadLanes(param + at, lanes), keeps);
    const u = direction(
      lanes, averages, squares, divides, smooths, mixes, p, grad + at, avg + at, newAvg + at, sqrAvg + at, newSqrAvg + at, l2, l2s, moms, damps, sqrMoms, sqrDamps,
      avgShares, gradShare, gradShares, corrections, sqrGradShare, sqrGradShares, floor, sharpnesses,
    );
    if (measures) {
      const pa0 = pa, pb0 = pb, ua0 = ua, ub0 = ub;
      // Past the end u is 0 / 0 where eps is 0.
      const v = firstOf(u, lanes);
      pa = pc, pb = pd, ua = uc, ub = ud;
      pc = f64x2.add(pa0, squaresOf(p)), pd = f64x2.add(pb0, squaresOf(v128.shuffle<f32>(p, p, 2, 3, 2, 3)));
      uc = f64x2.add(ua0, squaresOf(v)), ud = f64x2.add(ub0, squaresOf(v128.shuffle<f32>(v, v, 2, 3, 2, 3)));
    } else storeLanes(newParam + at, f32x4.sub(p, f32x4.mul(rates, u)), lanes);
  }
  if (!measures) return;
  store<f64>(e.norms, sumOfLanes(pa, pb, pc, pd));
  store<f64>(e.norms, sumOfLanes(ua, ub, uc, ud), 8);
}

/** The first `lanes`, zeros behind them. */
function firstOf(v: v128, lanes: i32): v128 {
  if (lanes < 4) v = f32x4.replace_lane(v, 3, 0);
  if (lanes < 3) v = f32x4.replace_lane(v, 2, 0);
  if (lanes < 2) v = f32x4.replace_lane(v, 1, 0);
  return v;
}
