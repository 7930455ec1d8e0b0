import type { Engine, TensorLike, TypedArray } from "@fastap/kernel";

export interface FakeTensor extends TensorLike {
  readonly data: TypedArray;
}

/** Makes tensors that keep their data, and counts those alive. */
export class CountingEngine implements Pick<Engine, "from" | "scope"> {
  alive = 0;
  /** Calls of `from` until it throws. */
  failAfter: number = Infinity;

  /** Disposes nothing. */
  scope<T>(f: () => T): T {
    return f();
  }

  from(data: TypedArray | readonly number[], shape: readonly number[], dtype = "float32"): never {
    if (this.failAfter-- <= 0) throw new Error("out of memory");
    this.alive++;
    const tensor = {
      data,
      shape,
      dtype,
      isDisposed: false,
      dispose: () => {
        if (!tensor.isDisposed) this.alive--;
        tensor.isDisposed = true;
      },
    };
    return tensor as never;
  }

  /** As the loaders want it. */
  get engine(): Engine {
    return this as unknown as Engine;
  }
}

export function valuesOf(tensor: TensorLike | undefined): number[] {
  return Array.from((tensor as FakeTensor).data);
}

/** All batches of one epoch as plain numbers of the first tensor; disposes everything. */
export async function epochOf(loader: AsyncIterable<readonly TensorLike[]>): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const batch of loader) {
    batches.push(valuesOf(batch[0]));
    for (const tensor of batch) tensor.dispose();
  }
  return batches;
}
