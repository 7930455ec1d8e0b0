import type { StoredTensor } from "@fastap/kernel";
import type { Module } from "@fastap/plugin-nn";
import type { TfjsTensor } from "../weights/tfjs-file.ts";

/** A layer of ours, and its weights under PyTorch's names. */
export interface MadeLayer {
  readonly module: Module;
  readonly state?: Readonly<Record<string, StoredTensor>>;
}

/** A layer made of one of a tfjs model, and what it takes. */
export interface PlacedLayer {
  readonly name: string;
  /** What the tfjs model calls its like, `Conv2D`. */
  readonly kind: string;
  /** Names of the layers whose outputs it takes; none for an input. */
  readonly inputs: readonly string[];
  /** Undefined where there is no such layer here, or not with its settings. */
  readonly made: MadeLayer | undefined;
  /** Why there is none, where that can be said. */
  readonly why?: string | undefined;
}

/** As a state dict has them; what is not there is left out. */
export function storedFloats(tensors: Readonly<Record<string, TfjsTensor | undefined>>): Record<string, StoredTensor> {
  const present = Object.entries(tensors).flatMap(([name, tensor]): [string, StoredTensor][] =>
    tensor === undefined ? [] : [[name, { dtype: "F32", ...tensor }]],
  );
  return Object.fromEntries(present);
}

/** The layer and, where there is one, what comes after it: `0.` and `1.` in state dicts. */
export function withPrefix(prefix: string, state: Readonly<Record<string, StoredTensor>> = {}): Record<string, StoredTensor> {
  return Object.fromEntries(Object.entries(state).map(([name, stored]) => [`${prefix}${name}`, stored]));
}
