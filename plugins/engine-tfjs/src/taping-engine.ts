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

interface Scope {
  readonly id: number;
  readonly name: string;
  readonly track: readonly Tensor[];
}

/** The parts of tfjs's engine that its types hide; written against 4.22.0. */
export interface TapingEngine {
  readonly backend: unknown;
  readonly backendName: string;
  readonly state: {
    activeTape: TapeNode[];
    /** The innermost one; tfjs has none outside of all. */
    activeScope: Scope | null;
    readonly scopeStack: Scope[];
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
  /** Puts the tensor into the innermost scope. */
  track(tensor: Tensor): void;
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
export function scoped<T extends readonly (Tensor | undefined)[]>(make: () => T): T {
  const engine = tapingEngine();
  let kept: readonly (Tensor | undefined)[] = [];
  engine.startScope();
  try {
    const made = make();
    kept = made;
    return made;
  } finally {
    endScope(engine, kept);
  }
}

/** As tfjs ends one, which first looks for tensors in whatever a result may be. */
function endScope(engine: TapingEngine, kept: readonly (Tensor | undefined)[]): void {
  const { state } = engine;
  const ended = state.activeScope;
  if (ended === null) return;
  for (const tensor of ended.track) if (!tensor.kept && !kept.includes(tensor)) tensor.dispose();
  state.scopeStack.pop();
  state.activeScope = state.scopeStack.at(-1) ?? null;
  for (const tensor of kept) if (tensor?.kept === false && tensor.scopeId === ended.id) engine.track(tensor);
}

/** Cheaper than instanceof, for which tfjs looks at half a dozen properties. */
export function isVariable(tensor: Tensor): boolean {
  return "trainable" in tensor;
}

/** Whether what a kernel returned is an input, written in place: a tensor already. */
export function isTensor(info: TensorInfo): info is Tensor {
  return "rank" in info;
}
