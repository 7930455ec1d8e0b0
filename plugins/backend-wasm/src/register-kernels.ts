import type { KernelFunc } from "@tensorflow/tfjs-core";
import { delegated, delegationRules, unsoundKernels } from "./delegations.ts";
import type { Heap } from "./heap.ts";
import type { OwnKernel } from "./own-kernel.ts";
import { ownKernels } from "./own-kernels.ts";
import { scriptKernel } from "./script-kernel.ts";
import { valuesOf } from "./tensor-values.ts";
import type { TfjsWasm } from "./tfjs-wasm.ts";

/** Registers our kernels, and around them and tfjs's the rules on what runs as plain JavaScript. */
export async function registerKernels(tfjs: TfjsWasm, heap: Heap): Promise<void> {
  await register(tfjs, heap, { name: "wasm", own: ownKernels });
  readComplex(heap);
}

/** Registers all kernels, tfjs's too, for another backend on the heap. `whole` are laid over ours. */
export async function registerOverlay(
  tfjs: TfjsWasm,
  heap: Heap,
  { name, whole }: { name: string; whole: readonly OwnKernel[] },
): Promise<void> {
  for (const config of tfjs.stock.values()) {
    if (tfjs.core.getKernel(config.kernelName, name) === undefined) tfjs.core.registerKernel({ ...config, backendName: name });
  }
  await register(tfjs, heap, { name, own: [...ownKernels, ...whole] });
}

interface Registration {
  readonly name: string;
  /** One that comes later has the earlier one of its name as its stock. */
  readonly own: readonly OwnKernel[];
}

async function register({ core, stock }: TfjsWasm, heap: Heap, { name: backendName, own }: Registration): Promise<void> {
  const { MathBackendCPU } = await import("@tensorflow/tfjs-backend-cpu");
  // Told that it had its first use, it does not advertise tfjs-node.
  const makeBackend = (): InstanceType<typeof MathBackendCPU> => Object.assign(new MathBackendCPU(), { firstUse: false });
  const script = (name: string): KernelFunc => scriptKernel(core.getKernel(name, "cpu"), makeBackend, heap);
  const funcs = new Map<string, KernelFunc>(unsoundKernels.map((name) => [name, script(name)]));
  const below = (name: string): KernelFunc | undefined => funcs.get(name) ?? stock.get(name)?.kernelFunc;
  for (const { name, bind } of own) funcs.set(name, bind(heap, below(name)));
  for (const [name, rule] of delegationRules) funcs.set(name, delegated(rule, script(name), below(name)));
  for (const [name, kernelFunc] of funcs) {
    if (core.getKernel(name, backendName) !== undefined) core.unregisterKernel(name, backendName);
    core.registerKernel({ ...stock.get(name), kernelName: name, backendName, kernelFunc });
  }
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
