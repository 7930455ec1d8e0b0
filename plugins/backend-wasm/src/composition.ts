import { getBackend, getKernel } from "@tensorflow/tfjs-core";
import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap } from "./heap.ts";

/** Runs kernels of this backend and disposes every result but the last. */
export class Composition {
  readonly #heap: Heap;
  readonly #made: TensorInfo[] = [];

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  run(name: string, inputs: Record<string, TensorInfo>, attrs: NamedAttrMap = {}): TensorInfo {
    const kernel = getKernel(name, getBackend());
    const out = kernel.kernelFunc({ inputs, backend: this.#heap.backend, attrs }) as TensorInfo;
    this.#made.push(out);
    return out;
  }

  reshape(tensor: TensorInfo, shape: readonly number[]): TensorInfo {
    return this.run("Reshape", { x: tensor }, { shape: [...shape] });
  }

  /** The result with a reference of its own, everything else disposed. */
  finish(result: TensorInfo): TensorInfo {
    this.#heap.backend.incRef(result.dataId);
    this.dispose();
    return { dataId: result.dataId, shape: result.shape, dtype: result.dtype };
  }

  dispose(): void {
    for (const { dataId } of this.#made.splice(0)) this.#heap.backend.disposeData(dataId);
  }
}
