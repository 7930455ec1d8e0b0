import type { TensorInfo } from "@tensorflow/tfjs-core";
import { unfitShape } from "../unfit-tensor.ts";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import type { Pointer } from "../module.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** What a rule comes to for one parameter at this step; the formula is in `assembly/optimizer-step.ts`. */
interface Coefficients {
  readonly keep: number;
  readonly l2: number;
  readonly mom: number;
  readonly damp: number;
  readonly sqrMom: number;
  readonly sqrDamp: number;
  readonly avgShare: number;
  readonly gradShare: number;
  readonly correction: number;
  readonly sqrGradShare: number;
  readonly eps: number;
  readonly rate: number;
  readonly divides: boolean;
  /** Where not 0, x = √… + eps is replaced by softplus(sharpness · x) / sharpness. */
  readonly sharpness: number;
  /** The rate is multiplied by the norm of the parameter over that of the update, at most 10. */
  readonly trusts: boolean;
  /** Instead: rate · trustCoeff · ‖p‖ / (‖g‖ + wd · ‖p‖ + eps), with `clip` at most rate, with `moveZeros` the rate itself where ‖p‖ is 0. */
  readonly local?: { readonly trustCoeff: number; readonly wd: number; readonly clip: boolean; readonly moveZeros: boolean } | undefined;
}

interface Attrs {
  readonly entries: readonly Coefficients[];
}

/** Where the tensors of one parameter lie; those to write to may be those to read. An absent moment is at 0. */
interface Place {
  count: number;
  param: Pointer;
  grad: Pointer;
  avg: Pointer;
  sqrAvg: Pointer;
  newParam: Pointer;
  newAvg: Pointer;
  newSqrAvg: Pointer;
}

const op = "FastapOptimizerStep";
/** Numbers of one parameter in an entry of the job. The norm of an update is the sum over these pieces, so it is the same for any number of threads. */
const PIECE = 2 ** 16;
/** Numbers below which a step is not worth a second thread: half a millisecond, as for products. */
const LARGE = 2 ** 19;
const MOST_TASKS = 16;

/**
 * Inputs `4i` parameter, `4i + 1` gradient, `4i + 2` average and `4i + 3` mean square, if any, for each of `entries` → for each its
 * parameter and the moments that it has: the tensor that came in, written in place, or a new one where its memory is shared. Then, for each
 * entry with a local rate, that rate.
 * @source fastai's sgd_step, rms_prop_step, adam_step, radam_step, qhadam_step, lamb_step, larc_layer_lr, larc_step
 */
export const optimizerStep: OwnKernel = ownKernel<number, Attrs>(op, (heap) => (inputs, { entries }) => {
  // Many parameters are small: this loop has to cost no more than their arithmetic, so it makes few objects.
  const given: Readonly<Record<number, TensorInfo | undefined>> = inputs;
  const written: TensorInfo[] = [];
  for (let i = 0; i < entries.length; i++) takeWritten(given, 4 * i, written);
  const rates: TensorInfo[] = heap.outputs(...entries.flatMap(({ local }) => (local === undefined ? [] : [[]])));
  const outs = inPlace(heap, written, rates);
  const at = (tensor: TensorInfo | undefined): Pointer => (tensor === undefined ? 0 : heap.pointer(tensor));
  let next = 0;
  const places = entries.map((_, i): Place => {
    const param = given[4 * i];
    const avg = given[4 * i + 2];
    const sqrAvg = given[4 * i + 3];
    return {
      count: sizeOf(param?.shape ?? []),
      param: at(param),
      grad: at(given[4 * i + 1]),
      avg: at(avg),
      sqrAvg: at(sqrAvg),
      newParam: at(outs[next++]),
      newAvg: avg === undefined ? 0 : at(outs[next++]),
      newSqrAvg: sqrAvg === undefined ? 0 : at(outs[next++]),
    };
  });
  const steps = scaled(heap, places, entries);
  runStep(heap, places, steps, 0);
  if (rates.length === 0) return outs;
  const used = steps.filter((_, i) => entries[i]?.local !== undefined);
  rates.forEach((rate, i) => new Float32Array(heap.backend.wasm.HEAPU8.buffer, heap.pointer(rate), 1).fill(used[i]?.rate ?? 0));
  return [...outs, ...rates];
});

/** @throws E_BACKEND_WASM_MEMORY without what was made before */
function inPlace(heap: Heap, written: readonly TensorInfo[], made: readonly TensorInfo[]): TensorInfo[] {
  try {
    return heap.inPlace(written);
  } catch (error) {
    for (const tensor of made) heap.backend.disposeData(tensor.dataId);
    throw error;
  }
}

/** With the rates that norms give, where a rule has such. */
function scaled(heap: Heap, places: readonly Place[], entries: readonly Coefficients[]): readonly Coefficients[] {
  if (entries.some(({ trusts }) => trusts)) return trusted(heap, places, entries);
  return entries.some(({ local }) => local !== undefined) ? localised(heap, places, entries) : entries;
}

/** Adds what a parameter's step writes, after a check of its tensors: nothing is written before all of them are checked. */
function takeWritten(given: Readonly<Record<number, TensorInfo | undefined>>, first: number, written: TensorInfo[]): void {
  const param = given[first];
  const size = sizeOf(param?.shape ?? []);
  for (let k = first; k < first + 4; k++) {
    const tensor = given[k];
    if (tensor === undefined && k > first + 1) continue;
    if (tensor === undefined || param === undefined) throw unfitShape({ op, expected: `inputs ${first} and ${first + 1}`, received: [] });
    requireDtype(op, "float32", tensor);
    if (sizeOf(tensor.shape) !== size) throw unfitShape({ op, expected: `[${param.shape.join(", ")}]`, received: tensor.shape });
    if (k !== first + 1) written.push(tensor);
  }
}

/** Runs the job; with an address of norms, two float64 for each of its entries, it measures and writes the moments alone, if there are any. */
function runStep(heap: Heap, places: readonly Place[], entries: readonly Coefficients[], norms: Pointer): void {
  const job = [0, 0];
  let [total, count] = [0, 0];
  places.forEach((place, i) => {
    const entry = entries[i];
    if (entry === undefined) return;
    total += place.count;
    for (let first = 0; first < place.count; first += PIECE) pushEntry(job, place, entry, first, norms === 0 ? 0 : norms + 16 * count++);
  });
  const made = (job.length - 2) / WORDS;
  const tasks = total < LARGE ? 1 : Math.min(MOST_TASKS, made);
  const perTask = Math.ceil(made / tasks);
  [job[0], job[1]] = [made, perTask];
  heap.parallel("optimizerStepTask", job, Math.ceil(made / perTask), 0);
}

/** Of an entry: ten whole numbers and thirteen float32. */
const WORDS = 23;
const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

function bitsOf(value: number): number {
  float[0] = value;
  return bits[0] ?? 0;
}

/** In the order of `assembly/optimizer-step.ts`. */
// prettier-ignore
function pushEntry(job: number[], p: Place, e: Coefficients, first: number, norms: Pointer): void {
  const from = 4 * first;
  const moved = (pointer: Pointer): Pointer => (pointer === 0 ? 0 : pointer + from);
  job.push(
    Math.min(PIECE, p.count - first), p.param + from, p.grad + from, moved(p.avg), moved(p.sqrAvg),
    p.newParam + from, moved(p.newAvg), moved(p.newSqrAvg), e.divides ? 1 : 0, norms,
    bitsOf(e.keep), bitsOf(e.l2), bitsOf(e.mom), bitsOf(e.damp), bitsOf(e.sqrMom), bitsOf(e.sqrDamp),
    bitsOf(e.avgShare), bitsOf(e.gradShare), bitsOf(e.correction), bitsOf(e.sqrGradShare), bitsOf(e.eps), bitsOf(e.rate),
    bitsOf(e.sharpness),
  );
}

/** Sums of squares. */
interface Measured {
  readonly param: number;
  readonly update: number;
}

/** Of every parameter and of its update at rate 1, before the step. Makes the new moments. */
function measure(heap: Heap, places: readonly Place[], entries: readonly Coefficients[]): readonly Measured[] {
  const pieces = places.map(({ count }) => Math.ceil(count / PIECE));
  const norms = heap.scratch("sums", 16 * pieces.reduce((a, b) => a + b, 0));
  runStep(heap, places, entries, norms);
  const sums = new Float64Array(heap.backend.wasm.HEAPU8.buffer, norms);
  let next = 0;
  return pieces.map((count) => {
    let [param, update] = [0, 0];
    for (let k = 0; k < count; k++) {
      param += sums[next++] ?? 0;
      update += sums[next++] ?? 0;
    }
    return { param, update };
  });
}

/** The step goes on from the new moments, at the rate that the norms give. */
function trusted(heap: Heap, places: readonly Place[], entries: readonly Coefficients[]): Coefficients[] {
  const measured = measure(heap, places, entries);
  return entries.map((entry, i) => {
    const [place, { param, update } = NOTHING] = [places[i], measured[i]];
    if (place !== undefined) [place.avg, place.sqrAvg] = [place.newAvg, place.newSqrAvg];
    const trust = param === 0 || update === 0 ? 1 : Math.min(Math.sqrt(param / update), 10);
    return { ...entry, rate: entry.rate * trust, l2: 0, mom: 1, damp: 0, sqrMom: 1, sqrDamp: 0 };
  });
}

const NOTHING: Measured = { param: 0, update: 0 };

/** Without moments, an update is the gradient. */
function localised(heap: Heap, places: readonly Place[], entries: readonly Coefficients[]): Coefficients[] {
  const gradients = places.map((place) => ({ ...place, avg: 0, sqrAvg: 0 }));
  const measured = measure(heap, gradients, entries);
  return entries.map((entry, i) => {
    const [{ local, rate, eps }, { param, update } = NOTHING] = [entry, measured[i]];
    if (local === undefined) return entry;
    const size = Math.sqrt(param);
    if (size === 0 && local.moveZeros) return entry;
    const own = (rate * local.trustCoeff * size) / (Math.sqrt(update) + local.wd * size + eps);
    return { ...entry, rate: local.clip ? Math.min(own, rate) : own };
  });
}
