import { copyFloats, floats, loadLanes, mulAdd, storeLanes, zeroFloats } from "./lanes";
import { multiplyPacked } from "./packed-weights";
import { Sequence } from "./sequence";
import { sigmoidLanes, tanhLanes } from "./squash";

// A GRU over a sequence, gates in the order r, z, n. Sequences are `[steps, batch, …]`; a call computes `rows` of the batch, and pointers
// are those of its first row. `activated` `[steps, batch, 4·hidden]` keeps r, z, n and the hidden part of n before r scales it.

/** One row: gates of the inputs and of the hidden state to what is kept and the new state. */
function cell(gates: usize, bias: usize, sums: usize, oldH: usize, activated: usize, h: usize, hidden: i32): void {
  const width = floats(hidden);
  for (let j = 0; j < hidden; j += 4) {
    const at = floats(j);
    const lanes = min(4, hidden - j);
    const from = gates + at;
    const own = sums + at;
    const to = activated + at;
    const given = f32x4.add(loadLanes(from, lanes), loadLanes(bias + at, lanes));
    const r = sigmoidLanes(f32x4.add(given, loadLanes(own, lanes)));
    const kept = f32x4.add(loadLanes(from + width, lanes), loadLanes(bias + width + at, lanes));
    const z = sigmoidLanes(f32x4.add(kept, loadLanes(own + width, lanes)));
    const recalled = loadLanes(own + 2 * width, lanes);
    const fresh = f32x4.add(loadLanes(from + 2 * width, lanes), loadLanes(bias + 2 * width + at, lanes));
    const n = tanhLanes(mulAdd(r, recalled, fresh));
    storeLanes(to, r, lanes);
    storeLanes(to + width, z, lanes);
    storeLanes(to + 2 * width, n, lanes);
    storeLanes(to + 3 * width, recalled, lanes);
    storeLanes(h + at, mulAdd(z, f32x4.sub(loadLanes(oldH + at, lanes), n), n), lanes);
  }
}

/**
 * `gates` `[steps, batch, 3·hidden]` from the inputs → states `hs` `[steps, batch, hidden]`. `weights`: `[hidden, 3·hidden]` packed.
 * `sums`: `[rows, 3·hidden]` of scratch memory, `scratch`: `stepBytes()`.
 */
function gruForward(
  steps: i32, batch: i32, rows: i32, hidden: i32, gates: usize, biasIh: usize, biasHh: usize, weights: usize, h0: usize,
  activated: usize, hs: usize, sums: usize, scratch: usize,
): void {
  const width = floats(hidden);
  const step = <usize>batch * width;
  for (let t = 0; t < steps; t++) {
    for (let r = 0; r < rows; r++) copyFloats(sums + 3 * <usize>r * width, biasHh, 3 * hidden);
    multiplyPacked(rows, 3 * hidden, hidden, h0, weights, sums, true, scratch);
    for (let r = 0; r < rows; r++) {
      const at = <usize>r * width;
      cell(gates + 3 * at, biasIh, sums + 3 * at, h0 + at, activated + 4 * at, hs + at, hidden);
    }
    h0 = hs;
    gates += 3 * step;
    activated += 4 * step;
    hs += step;
  }
}

/** One row's gate gradients on both sides, from that of its state in `dhs` and `dh`; leaves the direct part of the state before in `dh`. */
function cellGrad(dhs: usize, dh: usize, activated: usize, oldH: usize, dGates: usize, dHidden: usize, hidden: i32): void {
  const width = floats(hidden);
  const one = f32x4.splat(1);
  for (let j = 0; j < hidden; j += 4) {
    const at = floats(j);
    const lanes = min(4, hidden - j);
    const gate = activated + at;
    const r = loadLanes(gate, lanes);
    const z = loadLanes(gate + width, lanes);
    const n = loadLanes(gate + 2 * width, lanes);
    const d = f32x4.add(loadLanes(dhs + at, lanes), loadLanes(dh + at, lanes));
    const dn = f32x4.mul(f32x4.mul(d, f32x4.sub(one, z)), f32x4.sub(one, f32x4.mul(n, n)));
    const dz = f32x4.mul(f32x4.mul(d, f32x4.sub(loadLanes(oldH + at, lanes), n)), f32x4.mul(z, f32x4.sub(one, z)));
    const dr = f32x4.mul(f32x4.mul(dn, loadLanes(gate + 3 * width, lanes)), f32x4.mul(r, f32x4.sub(one, r)));
    storeLanes(dGates + at, dr, lanes);
    storeLanes(dHidden + at, dr, lanes);
    storeLanes(dGates + width + at, dz, lanes);
    storeLanes(dHidden + width + at, dz, lanes);
    storeLanes(dGates + 2 * width + at, dn, lanes);
    storeLanes(dHidden + 2 * width + at, f32x4.mul(dn, r), lanes);
    storeLanes(dh + at, f32x4.mul(d, z), lanes);
  }
}

/** Gradients by the gates of either side and, in `dh`, by `h0`. `weights`: `[3·hidden, hidden]` packed. `scratch`: `stepBytes()`. */
function gruGrad(
  steps: i32, batch: i32, rows: i32, hidden: i32, dhs: usize, activated: usize, hs: usize, h0: usize, weights: usize,
  dGates: usize, dHidden: usize, dh: usize, scratch: usize,
): void {
  const width = floats(hidden);
  const step = <usize>batch * width;
  zeroFloats(dh, rows * hidden);
  for (let t = steps - 1; t >= 0; t--) {
    const now = <usize>t * step;
    const oldH = t > 0 ? hs + now - step : h0;
    for (let r = 0; r < rows; r++) {
      const at = <usize>r * width;
      const gate = 3 * (now + at);
      cellGrad(dhs + now + at, dh + at, activated + 4 * (now + at), oldH + at, dGates + gate, dHidden + gate, hidden);
    }
    multiplyPacked(rows, hidden, 3 * hidden, dHidden + 3 * now, weights, dh, true, scratch);
  }
}

/** Addresses as `gruForward` takes them. `scratch`: `stepBytes()`. */
export function gruForwardTask(job: usize, task: i32, scratch: usize): void {
  const s = changetype<Sequence>(job);
  const at = s.startOf(task);
  gruForward(
    s.steps, s.batch, s.rowsOf(task), s.hidden, s.a + 3 * at, s.b, s.c, s.d, s.e + at, s.f + 4 * at, s.g + at, s.h + 3 * at, scratch,
  );
}

/** Addresses as `gruGrad` takes them. `scratch`: `stepBytes()`. */
export function gruGradTask(job: usize, task: i32, scratch: usize): void {
  const s = changetype<Sequence>(job);
  const at = s.startOf(task);
  gruGrad(
    s.steps, s.batch, s.rowsOf(task), s.hidden, s.a + at, s.b + 4 * at, s.c + at, s.d + at, s.e, s.f + 3 * at, s.g + 3 * at, s.h + at, scratch,
  );
}
