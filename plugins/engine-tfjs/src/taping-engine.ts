import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";

/** What tfjs notes of an operation. */
export interface TapeNode {
  readonly id: number;
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
  /** Disposed with the tape. */
  readonly saved?: readonly Tensor[];
  readonly gradient?: (dys: readonly (Tensor | null)[]) => Readonly<Record<string, () => Tensor>>;
}

/** The parts of tfjs's engine that its types hide; written against 4.22.0. */
export interface TapingEngine {
  readonly backend: unknown;
  readonly backendName: string;
  readonly state: {
    activeTape: TapeNode[];
    readonly activeScope: { readonly name: string };
    readonly gradientDepth: number;
    /** Over 0 nothing goes on the tape. */
    kernelDepth: number;
    nextTapeNodeId: number;
    readonly profiling: boolean;
    readonly tensorInfo: { get(dataId: object): { readonly backend: { incRef(dataId: object): void } } | undefined };
  };
  startTape(): void;
  endTape(): void;
  startScope(): void;
  /** Disposes what was made in the innermost scope, save the tensors of `result`. */
  endScope(result: readonly Tensor[]): void;
  isTapeOn(): boolean;
  makeTensorFromTensorInfo(info: TensorInfo): Tensor;
}

export function tapingEngine(): TapingEngine {
  return tf.engine() as unknown as TapingEngine;
}

/** Another tensor on the memory of `tensor`, as tf.clone makes one, but off the tape and without a kernel. */
export function shareOf({ dataId, shape, dtype }: Tensor): Tensor {
  const engine = tapingEngine();
  engine.state.tensorInfo.get(dataId)?.backend.incRef(dataId);
  return engine.makeTensorFromTensorInfo({ dataId, shape, dtype });
}

/** Runs `make` in a scope: all that it made is disposed, save what it returns. */
export function scoped(make: () => Tensor[]): Tensor[] {
  const engine = tapingEngine();
  let kept: Tensor[] = [];
  engine.startScope();
  try {
    kept = make();
    return kept;
  } finally {
    engine.endScope(kept);
  }
}
