import type { TensorInfo } from "@tensorflow/tfjs-core";
import { E_BACKEND_WASM_SHAPE } from "../errors.ts";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import type { Pointer } from "../module.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

interface Hypers {
  readonly lr: number;
  readonly mom: number;
  readonly sqrMom: number;
  readonly eps: number;
  readonly t: number;
  readonly wd: number;
  readonly l2: number;
}

type Rule = "sgd" | "rmsprop" | "adam" | "lamb";

interface Attrs {
  readonly rule: Rule;
  readonly hypers: readonly Hypers[];
}

/** Where the tensors of one parameter lie; those to write to may be those to read. An absent moment is at 0. */
interface Item {
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
const steps: Readonly<Record<Rule, (heap: Heap, item: Item, hypers: Hypers) => void>> = { sgd, rmsprop, adam, lamb };

/**
 * Inputs `4i` parameter, `4i + 1` gradient, `4i + 2` average and `4i + 3` mean square, if any, for each of `hypers` → for each its
 * parameter and the moments that it has: the tensor that came in, written in place, or a new one where its memory is shared.
 * @source fastai's sgd_step, rms_prop_step, adam_step, lamb_step
 */
export const optimizerStep: OwnKernel = ownKernel<number, Attrs>(op, (heap) => (inputs, { rule, hypers }) => {
  // Many parameters are small: this loop has to cost no more than their arithmetic, so it makes few objects.
  const given: Readonly<Record<number, TensorInfo | undefined>> = inputs;
  const written: TensorInfo[] = [];
  for (let i = 0; i < hypers.length; i++) takeWritten(given, 4 * i, written);
  const outs = heap.inPlace(written);
  const at = (tensor: TensorInfo | undefined): Pointer => (tensor === undefined ? 0 : heap.pointer(tensor));
  const step = steps[rule];
  let next = 0;
  hypers.forEach((own, i) => {
    const [param, avg, sqrAvg] = [given[4 * i], given[4 * i + 2], given[4 * i + 3]];
    step(
      heap,
      {
        count: sizeOf(param?.shape ?? []),
        ...{ param: at(param), grad: at(given[4 * i + 1]), avg: at(avg), sqrAvg: at(sqrAvg) },
        newParam: at(outs[next++]),
        newAvg: avg === undefined ? 0 : at(outs[next++]),
        newSqrAvg: sqrAvg === undefined ? 0 : at(outs[next++]),
      },
      own,
    );
  });
  return outs;
});

/** Adds what a parameter's step writes, after a check of its tensors: nothing is written before all of them are checked. */
function takeWritten(given: Readonly<Record<number, TensorInfo | undefined>>, first: number, written: TensorInfo[]): void {
  const param = given[first];
  const size = sizeOf(param?.shape ?? []);
  for (let k = first; k < first + 4; k++) {
    const tensor = given[k];
    if (tensor === undefined && k > first + 1) continue;
    if (tensor === undefined || param === undefined)
      throw E_BACKEND_WASM_SHAPE({ op, expected: `inputs ${first} and ${first + 1}`, received: [] });
    requireDtype(op, "float32", tensor);
    if (sizeOf(tensor.shape) !== size) throw E_BACKEND_WASM_SHAPE({ op, expected: `[${param.shape.join(", ")}]`, received: tensor.shape });
    if (k !== first + 1) written.push(tensor);
  }
}

/** What decoupled decay leaves of a parameter. */
function keptShare({ lr, wd }: Hypers): number {
  return 1 - lr * wd;
}

function sgd({ kernels }: Heap, p: Item, hypers: Hypers): void {
  const { l2, lr, mom } = hypers;
  kernels.sgdStep(p.param, p.grad, p.avg, p.count, keptShare(hypers), l2, lr, mom, p.newParam, p.newAvg);
}

// prettier-ignore
function rmsprop({ kernels }: Heap, p: Item, hypers: Hypers): void {
  const { l2, lr, mom, sqrMom, eps } = hypers;
  kernels.rmspropStep(
    p.param, p.grad, p.avg, p.sqrAvg, p.count,
    keptShare(hypers), l2, lr, mom, sqrMom, 1 - sqrMom, eps,
    p.newParam, p.newAvg, p.newSqrAvg,
  );
}

// prettier-ignore
function adam({ kernels }: Heap, p: Item, hypers: Hypers): void {
  const { l2, lr, mom, sqrMom, eps, t } = hypers;
  kernels.adamStep(
    p.param, p.grad, p.avg, p.sqrAvg, p.count,
    keptShare(hypers), l2, lr / (1 - mom ** t), mom, 1 - mom, sqrMom, 1 - sqrMom, 1 / (1 - sqrMom ** t), eps,
    p.newParam, p.newAvg, p.newSqrAvg,
  );
}

/** The moments and the two norms first, then Adam's step from the new moments at the rate that the norms give. */
// prettier-ignore
function lamb(heap: Heap, p: Item, hypers: Hypers): void {
  const { l2, lr, mom, sqrMom, eps, t } = hypers;
  const [momCorrection, correction] = [1 / (1 - mom ** t), 1 / (1 - sqrMom ** t)];
  const norms = heap.scratch("sums", 16);
  heap.kernels.lambMoments(
    p.param, p.grad, p.avg, p.sqrAvg, p.count,
    keptShare(hypers), l2, momCorrection, mom, 1 - mom, sqrMom, 1 - sqrMom, correction, eps,
    p.newAvg, p.newSqrAvg, norms,
  );
  const [param = 0, update = 0] = new Float64Array(heap.backend.wasm.HEAPU8.buffer, norms, 2);
  const trust = param === 0 || update === 0 ? 1 : Math.min(Math.sqrt(param / update), 10);
  heap.kernels.adamStep(
    p.param, p.grad, p.newAvg, p.newSqrAvg, p.count,
    keptShare(hypers), 0, lr * trust * momCorrection, 1, 0, 1, 0, correction, eps,
    p.newParam, p.newAvg, p.newSqrAvg,
  );
}
