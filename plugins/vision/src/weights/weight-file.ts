import type { StateDict } from "@fastap/kernel";
import type { NormalizeStats } from "@fastap/plugin-data";

/** Pretrained weights: where they come from and how they are read. Plugins register theirs under `weights`. */
export interface WeightFile {
  readonly name: string;
  /** Below a folder of weights. */
  readonly file: string;
  /** Of that file, where it is known; checked at every load. */
  readonly sha256?: string;
  /** Names of the files beside it that belong to it, by what it says, and the digest of all of them in that order. */
  readonly beside?: { readonly names: (bytes: Uint8Array) => readonly string[]; readonly sha256: string };
  /** Page or repository that they come from. */
  readonly source: string;
  /** Where the file itself can be downloaded, and those beside it; without it, `source` says what it is made of. */
  readonly url?: string;
  /** SPDX. */
  readonly licence: string;
  /** Of images in 0…1 before they go in. */
  readonly stats?: NormalizeStats;
  /** From the bytes to the architecture's own names; default a safetensors file that has them already. */
  decode?(bytes: Uint8Array, read: (sibling: string) => Uint8Array): StateDict;
}
