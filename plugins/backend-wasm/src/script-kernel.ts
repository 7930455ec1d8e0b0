import type { KernelConfig, KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { Heap } from "./heap.ts";
import { tensorOf, valuesOf } from "./tensor-values.ts";
import type { TensorValues } from "./tensor-values.ts";

type Inputs = Parameters<KernelFunc>[0]["inputs"];

/**
 * A kernel of tfjs's plain-JavaScript backend on our heap: for what is rare, or has no numbers in it (strings). Every call gets a
 * JavaScript backend of its own, which holds views of the inputs and is forgotten together with all that the kernel made.
 */
export function scriptKernel({ kernelFunc }: KernelConfig, makeBackend: () => MathBackendCPU, heap: Heap): KernelFunc {
  return ({ inputs, attrs }) => {
    const backend = makeBackend();
    for (const tensor of tensorsOf(inputs)) lend(tensor, heap, backend);
    const made = kernelFunc({ inputs, backend, ...(attrs === undefined ? {} : { attrs }) });
    return Array.isArray(made) ? made.map((tensor) => take(tensor, heap, backend)) : take(made, heap, backend);
  };
}

/** Without optional inputs that were not given; ragged kernels have lists among theirs. */
export function tensorsOf(inputs: Inputs): TensorInfo[] {
  const found: TensorInfo[] = [];
  for (const name in inputs) {
    // Every kernel with a rule on its inputs passes here: no arrays are made on the way.
    const given = inputs[name] as TensorInfo | TensorInfo[] | null | undefined;
    if (Array.isArray(given)) for (const tensor of given) found.push(tensor);
    else if (given != null) found.push(given);
  }
  return found;
}

function lend(tensor: TensorInfo, heap: Heap, backend: MathBackendCPU): void {
  const { dataId, shape, dtype } = tensor;
  const values = valuesOf(heap, tensor);
  if (dtype !== "complex64") return backend.data.set(dataId, { values, dtype, refCount: 1 });
  const part = (offset: 0 | 1): TensorInfo =>
    backend.makeTensorInfo(
      shape,
      "float32",
      (values as Float32Array).filter((_, i) => i % 2 === offset),
    );
  const complexTensorInfos = { real: part(0), imag: part(1) };
  backend.data.set(dataId, { dtype, refCount: 1, complexTensorInfos });
}

function take(tensor: TensorInfo, heap: Heap, backend: MathBackendCPU): TensorInfo {
  return tensorOf(heap, tensor, backend.readSync(tensor.dataId) as TensorValues);
}
