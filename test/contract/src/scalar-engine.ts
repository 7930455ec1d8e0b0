import type { Engine, FusedOps, Grads, Memory, Tensor, TensorLike, TypedArray } from "@fastap/kernel";
import { E_CONTRACT_DOUBLE, E_CONTRACT_OVERLAP } from "./errors.ts";

/** A tensor of the double: plain numbers, and what it is the sum of. */
interface Sum extends TensorLike {
  readonly data: Float32Array;
  readonly terms: readonly Tensor[];
}

interface Scope {
  readonly made: Set<Tensor>;
}

/**
 * An engine that can only add: enough to run the loop, count tensors and take gradients, exact and without a tensor library.
 * Its fused operations throw. The slope of a sum in a parameter is the number of times the parameter is in it.
 */
export function scalarEngine(): Engine {
  return new SumEngine();
}

class SumEngine implements Engine {
  readonly name = "scalar";
  readonly backend = "none";
  readonly ops: FusedOps = {
    linear: () => refuse("linear"),
    biasActivation: () => refuse("biasActivation"),
    relu: () => refuse("relu"),
    batchNormTrain: () => refuse("batchNormTrain"),
    embedColumns: () => refuse("embedColumns"),
    groupNorm: () => refuse("groupNorm"),
    softmaxCrossEntropy: () => refuse("softmaxCrossEntropy"),
    clipGradients: () => refuse("clipGradients"),
    findNotFinite: (tensors) => tensors.findIndex((tensor) => !asSum(tensor).data.every(Number.isFinite)),
    dropout: () => refuse("dropout"),
    gridSample: () => refuse("gridSample"),
    lighting: () => refuse("lighting"),
    optimizerStep: () => refuse("optimizerStep"),
    lstm: () => refuse("lstm"),
    gru: () => refuse("gru"),
  };
  readonly #live: Set<Tensor> = new Set();
  readonly #scopes: Scope[] = [];

  valueAndGrad(params: ReadonlyMap<string, Tensor>, f: () => Tensor): { readonly value: Tensor; readonly grads: Grads } {
    return this.scope(() => {
      const value = this.keep(f());
      const slope = (param: Tensor): Tensor => this.from(new Float32Array(sizeOf(param)).fill(occurrences(value, param)), param.shape);
      return { value, grads: new Map([...params].map(([name, param]) => [name, this.keep(slope(param))])) };
    });
  }

  scope<T>(f: () => T): T {
    const scope = this.#open();
    try {
      return this.#release(f());
    } finally {
      this.#close(scope);
    }
  }

  async scopeAsync<T>(f: () => Promise<T>): Promise<T> {
    const scope = this.#open();
    try {
      return this.#release(await f());
    } finally {
      this.#close(scope);
    }
  }

  keep<T extends Tensor>(tensor: T): T {
    for (const { made } of this.#scopes) made.delete(tensor);
    return tensor;
  }

  add(a: Tensor, b: Tensor): Tensor {
    const right = asSum(b).data;
    return this.#make(
      asSum(a).data.map((v, i) => v + (right[i] ?? NaN)),
      a.shape,
      a.dtype,
      [a, b],
    );
  }

  from(data: TypedArray | readonly number[], shape: readonly number[], dtype: "float32" | "int32" | "bool" = "float32"): Tensor {
    return this.#make(Float32Array.from(data), shape, dtype, []);
  }

  async read(tensor: Tensor): Promise<TypedArray> {
    return asSum(tensor).data.slice();
  }

  memory(): Memory {
    return { tensors: this.#live.size, bytes: [...this.#live].reduce((bytes, t) => bytes + 4 * sizeOf(t), 0) };
  }

  preflight(): void {
    // It adds, and its models need nothing else.
  }

  #make(data: Float32Array, shape: readonly number[], dtype: string, terms: readonly Tensor[]): Tensor {
    const live = this.#live;
    let isDisposed = false;
    const tensor: Sum = {
      shape,
      dtype,
      data,
      terms,
      get isDisposed() {
        return isDisposed;
      },
      dispose() {
        isDisposed = true;
        live.delete(tensor);
      },
    };
    live.add(tensor);
    this.#scopes.at(-1)?.made.add(tensor);
    return tensor;
  }

  #open(): Scope {
    const scope: Scope = { made: new Set() };
    this.#scopes.push(scope);
    return scope;
  }

  /** A tensor that is the result of a scope outlives it, into the scope around. */
  #release<T>(result: T): T {
    const inner = this.#scopes.at(-1)?.made;
    const outer = this.#scopes.at(-2)?.made;
    for (const tensor of inner ?? []) {
      if (!holds(result, tensor)) continue;
      inner?.delete(tensor);
      outer?.add(tensor);
    }
    return result;
  }

  #close(scope: Scope): void {
    if (this.#scopes.pop() !== scope) throw E_CONTRACT_OVERLAP({});
    for (const tensor of scope.made) tensor.dispose();
  }
}

function holds(result: unknown, tensor: Tensor): boolean {
  if (result === tensor) return true;
  if (result instanceof Map) return [...result.values()].some((v) => holds(v, tensor));
  return Array.isArray(result) && result.some((v) => holds(v, tensor));
}

function occurrences(value: Tensor, param: Tensor): number {
  if (value === param) return 1;
  return asSum(value).terms.reduce((n, term) => n + occurrences(term, param), 0);
}

function asSum(tensor: Tensor): Sum {
  return tensor as TensorLike as Sum; // every tensor that this engine is given is its own
}

function sizeOf({ shape }: TensorLike): number {
  return shape.reduce((a, b) => a * b, 1);
}

function refuse(op: string): never {
  throw E_CONTRACT_DOUBLE({ asked: `engine.ops.${op}`, of: "the scalar engine" });
}
