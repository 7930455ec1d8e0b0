import type { KernelFunc } from "@tensorflow/tfjs-core";
import { delegated, delegationRules, unsoundKernels } from "./delegations.ts";
import type { Heap } from "./heap.ts";
import { ownKernels } from "./own-kernels.ts";
import { scriptKernel } from "./script-kernel.ts";
import { valuesOf } from "./tensor-values.ts";
import type { TfjsWasm } from "./tfjs-wasm.ts";

/** Registers our kernels, and around them and tfjs's the rules on what runs as plain JavaScript. */
export async function registerKernels({ core, stock }: TfjsWasm, heap: Heap): Promise<void> {
  const { MathBackendCPU } = await import("@tensorflow/tfjs-backend-cpu");
  // Told that it had its first use, it does not advertise tfjs-node.
  const makeBackend = (): InstanceType<typeof MathBackendCPU> => Object.assign(new MathBackendCPU(), { firstUse: false });
  const script = (name: string): KernelFunc => scriptKernel(core.getKernel(name, "cpu"), makeBackend, heap);
  const funcs = new Map<string, KernelFunc>(unsoundKernels.map((name) => [name, script(name)]));
  const below = (name: string): KernelFunc | undefined => funcs.get(name) ?? stock.get(name)?.kernelFunc;
  for (const { name, bind } of ownKernels) funcs.set(name, bind(heap, below(name)));
  for (const [name, rule] of delegationRules) funcs.set(name, delegated(rule, script(name), below(name)));
  for (const [name, kernelFunc] of funcs) {
    if (core.getKernel(name, "wasm") !== undefined) core.unregisterKernel(name, "wasm");
    core.registerKernel({ ...stock.get(name), kernelName: name, backendName: "wasm", kernelFunc });
  }
  readComplex(heap);
}

/** tfjs's backend keeps complex tensors as any other, real and imaginary parts in pairs, but refuses to read them. */
function readComplex(heap: Heap): void {
  const { backend } = heap;
  const readSync = backend.readSync.bind(backend);
  backend.readSync = (dataId, start, end) => {
    const { dtype, shape } = backend.dataIdMap.get(dataId);
    if (dtype !== "complex64") return readSync(dataId, start, end);
    return (valuesOf(heap, { dataId, shape: [...shape], dtype }) as Float32Array).slice();
  };
}
