import type { Host, StateDict } from "@fastap/kernel";
import type { NormalizeStats } from "@fastap/plugin-data";
import type { Module, Sequential } from "@fastap/plugin-nn";
import { tfjsArchitecture } from "../tfjs-model/tfjs-file-architecture.ts";
import { nodeModule } from "../weights/node-module.ts";
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

/** By its name, or the path of a tfjs model's `model.json`. @throws E_NAME_UNKNOWN with the nearest name; E_VISION_TFJS_FILE, E_VISION_UNSUPPORTED */
export function architectureOf(host: Host, arch: string | Architecture): Architecture {
  if (typeof arch !== "string") return arch;
  if (!arch.endsWith(".json")) return host.registry("architectures").make(arch);
  return { ...tfjsArchitecture(nodeModule("node:path").resolve(host.config.root ?? ".", arch)), name: arch };
}

/** Weights of a file, under the architecture's own names. */
export interface Pretrained {
  readonly state: StateDict;
  readonly file: string;
  /** Of the images that they want. */
  readonly stats?: NormalizeStats;
}
