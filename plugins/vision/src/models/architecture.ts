import type { Host, StateDict } from "@fastap/kernel";
import type { NormalizeStats } from "@fastap/plugin-data";
import type { Module, Sequential } from "@fastap/plugin-nn";
import type { Cut } from "./body.ts";
import type { ModelOptions } from "./model-options.ts";

/** Of a body's layers, from the input on; the head is a group of its own after them. */
export type BodySplitter = (body: Sequential) => readonly (readonly Module[])[];

/** A family's member: how to make it, where to cut it, what is known of its weights. Plugins register theirs under `architectures`. */
export interface Architecture {
  readonly name: string;
  /** The whole classifier, not initialised. */
  make(options: ModelOptions): Module;
  /** Default: before the last child with a pooling layer. */
  readonly cut?: Cut;
  /** Default: the body is one group. */
  readonly splitter?: BodySplitter;
  /** Channels of the body's features; default what its layers say. */
  readonly nf?: number;
  /** What its weights expect images to be normalised with, where the weights do not say. */
  readonly stats?: NormalizeStats;
  /** Registered name of the weights to start with by default. */
  readonly weights?: string;
  /** Weights that came with it, for where none are named. */
  readonly brings?: Pretrained;
}

/** @throws E_NAME_UNKNOWN with the nearest name */
export function architectureOf(host: Host, arch: string | Architecture): Architecture {
  return typeof arch === "string" ? host.registry("architectures").make(arch) : arch;
}

/** Weights of a file, under the architecture's own names. */
export interface Pretrained {
  readonly state: StateDict;
  readonly file: string;
  /** Of the images that they want. */
  readonly stats?: NormalizeStats;
}
