import type { Sample } from "../sample.ts";
import type { Portable } from "./portable.ts";

/** What a worker is to read. */
export interface Job {
  readonly reader: Portable;
  /** The same for the same reader, which is made once in a worker. */
  readonly readerId: number;
  /** Makes the stream of an item of its state. */
  readonly random: Pick<Portable, "module" | "name"> | undefined;
  readonly items: readonly ItemJob[];
  /** Where the worker says which of them it works on; −1: none. */
  readonly at: Int32Array;
}

export interface ItemJob {
  readonly index: number;
  readonly payload: unknown;
  readonly random: readonly number[] | undefined;
}

/** What became of an item; errors as data, since those of a package are plain ones in another thread. */
export type Answer =
  | { readonly kind: "item"; readonly fields: readonly (Sample | number)[] }
  | { readonly kind: "skip" }
  | { readonly kind: "broken"; readonly error: PlainError };

export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: string | undefined;
  /** The transform that failed. */
  readonly step?: string | undefined;
}
