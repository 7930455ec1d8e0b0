import { biasActivation, NONE } from "./bias-activation";
import { floats, loadLanes, mulAdd, storeLanes, zeroFloats } from "./lanes";
import { multiplyPacked } from "./packed-weights";
import { Sequence } from "./sequence";
import { sigmoidLanes, tanhLanes } from "./squash";

// An LSTM over a sequence, gates in the order i, f, g, o. Sequences are `[steps, batch, …]`; a call computes `rows` of the batch, and
// pointers are those of its first row.

/** Activates one row's gates in place and makes its new cell and output. */
function cell(gates: usize, oldC: usize, c: usize, h: usize, hidden: i32): void {
  const width = floats(hidden);
  for (let j = 0; j < hidden; j += 4) {
    const at = floats(j);
    const lanes = min(4, hidden - j);
    const gate = gates + at;
    const i = sigmoidLanes(loadLanes(gate, lanes));
    const f = sigmoidLanes(loadLanes(gate + width, lanes));
    const g = tanhLanes(loadLanes(gate + 2 * width, lanes));
    const o = sigmoidLanes(loadLanes(gate + 3 * width, lanes));
    const next = mulAdd(f, loadLanes(oldC + at, lanes), f32x4.mul(i, g));
    storeLanes(gate, i, lanes);
    storeLanes(gate + width, f, lanes);
    storeLanes(gate + 2 * width, g, lanes);
    storeLanes(gate + 3 * width, o, lanes);
    storeLanes(c + at, next, lanes);
    storeLanes(h + at, f32x4.mul(o, tanhLanes(next)), lanes);
  }
}

/**
 * `gates` `[steps, batch, 4·hidden]` from the inputs, `bias` `[4·hidden]` → `activated` of that shape, outputs `hs` and cells `cs`
 * `[steps, batch, hidden]`. `weights`: `[hidden, 4·hidden]` packed. `scratch`: `stepBytes()`.
 */
function lstmForward(
  steps: i32, batch: i32, rows: i32, hidden: i32, gates: usize, bias: usize, weights: usize, h0: usize, c0: usize,
  activated: usize, hs: usize, cs: usize, scratch: usize,
): void {
  const width = floats(hidden);
  const step = <usize>batch * width;
  for (let t = 0; t < steps; t++) {
    biasActivation(gates, bias, rows, 4 * hidden, NONE, activated);
    multiplyPacked(rows, 4 * hidden, hidden, h0, weights, activated, true, scratch);
    for (let r = 0; r < rows; r++) {
      const at = <usize>r * width;
      cell(activated + 4 * at, c0 + at, cs + at, hs + at, hidden);
    }
    h0 = hs;
    c0 = cs;
    gates += 4 * step;
    activated += 4 * step;
    hs += step;
    cs += step;
  }
}

/** One row's gate gradients, from the gradient of its output and of its cell; leaves that of the cell before in `dc`. */
function cellGrad(dh: usize, carried: usize, dc: usize, gates: usize, c: usize, oldC: usize, dGates: usize, hidden: i32): void {
  const width = floats(hidden);
  const one = f32x4.splat(1);
  for (let j = 0; j < hidden; j += 4) {
    const at = floats(j);
    const lanes = min(4, hidden - j);
    const gate = gates + at;
    const to = dGates + at;
    const i = loadLanes(gate, lanes);
    const f = loadLanes(gate + width, lanes);
    const g = loadLanes(gate + 2 * width, lanes);
    const o = loadLanes(gate + 3 * width, lanes);
    const squashed = tanhLanes(loadLanes(c + at, lanes));
    const d = f32x4.add(loadLanes(dh + at, lanes), loadLanes(carried + at, lanes));
    const slope = f32x4.sub(one, f32x4.mul(squashed, squashed));
    const e = mulAdd(f32x4.mul(d, o), slope, loadLanes(dc + at, lanes));
    storeLanes(to, f32x4.mul(f32x4.mul(e, g), f32x4.mul(i, f32x4.sub(one, i))), lanes);
    storeLanes(to + width, f32x4.mul(f32x4.mul(e, loadLanes(oldC + at, lanes)), f32x4.mul(f, f32x4.sub(one, f))), lanes);
    storeLanes(to + 2 * width, f32x4.mul(f32x4.mul(e, i), f32x4.sub(one, f32x4.mul(g, g))), lanes);
    storeLanes(to + 3 * width, f32x4.mul(f32x4.mul(d, squashed), f32x4.mul(o, f32x4.sub(one, o))), lanes);
    storeLanes(dc + at, f32x4.mul(e, f), lanes);
  }
}

/**
 * Gradients by the gates, and by `h0` and `c0` in `dh` and `dc`, whose `dc` comes in as the gradient of the last cell.
 * `weights`: `[4·hidden, hidden]` packed. `scratch`: `stepBytes()`.
 */
function lstmGrad(
  steps: i32, batch: i32, rows: i32, hidden: i32, dhs: usize, activated: usize, cs: usize, c0: usize, weights: usize,
  dGates: usize, dh: usize, dc: usize, scratch: usize,
): void {
  const width = floats(hidden);
  const step = <usize>batch * width;
  zeroFloats(dh, rows * hidden);
  for (let t = steps - 1; t >= 0; t--) {
    const now = <usize>t * step;
    const oldC = t > 0 ? cs + now - step : c0;
    for (let r = 0; r < rows; r++) {
      const at = <usize>r * width;
      const gate = 4 * (now + at);
      cellGrad(dhs + now + at, dh + at, dc + at, activated + gate, cs + now + at, oldC + at, dGates + gate, hidden);
    }
    multiplyPacked(rows, hidden, 4 * hidden, dGates + 4 * now, weights, dh, false, scratch);
  }
}

/** Addresses as `lstmForward` takes them. `scratch`: `stepBytes()`. */
export function lstmForwardTask(job: usize, task: i32, scratch: usize): void {
  const s = changetype<Sequence>(job);
  const at = s.startOf(task);
  lstmForward(
    s.steps, s.batch, s.rowsOf(task), s.hidden, s.a + 4 * at, s.b, s.c, s.d + at, s.e + at, s.f + 4 * at, s.g + at, s.h + at, scratch,
  );
}

/** Addresses as `lstmGrad` takes them. `scratch`: `stepBytes()`. */
export function lstmGradTask(job: usize, task: i32, scratch: usize): void {
  const s = changetype<Sequence>(job);
  const at = s.startOf(task);
  lstmGrad(
    s.steps, s.batch, s.rowsOf(task), s.hidden, s.a + at, s.b + 4 * at, s.c + at, s.d + at, s.e, s.f + 4 * at, s.g + at, s.h + at, scratch,
  );
}
