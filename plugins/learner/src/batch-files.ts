import type { Engine, StoredTensor, Tensor } from "@fastap/kernel";
import { encodeSafetensors } from "@fastap/plugin-nn";
import { atomicWrite } from "./atomic-write.ts";
import { readArray } from "./host-array.ts";

type Part = "preds" | "targs";

/** Writes what `getPreds` sees batch by batch, a directory for each part: `0.safetensors`, with the tensors `preds.0`, `preds.1` … */
export class BatchFiles {
  readonly #dirs: Readonly<Record<Part, string | undefined>>;

  constructor(dirs: Readonly<Record<Part, string | undefined>>) {
    this.#dirs = dirs;
  }

  async write(engine: Engine, iter: number, tensors: Readonly<Record<Part, readonly Tensor[]>>): Promise<void> {
    for (const part of ["preds", "targs"] as const) {
      const dir = this.#dirs[part];
      if (dir === undefined) continue;
      const { join } = await import("node:path");
      await atomicWrite(join(dir, `${iter}.safetensors`), encodeSafetensors(await stored(engine, part, tensors[part])));
    }
  }
}

async function stored(engine: Engine, part: Part, tensors: readonly Tensor[]): Promise<Map<string, StoredTensor>> {
  const named = new Map<string, StoredTensor>();
  for (const [k, tensor] of tensors.entries()) {
    const { data, shape } = await readArray(engine, tensor);
    const floats = data instanceof Float32Array;
    named.set(`${part}.${k}`, { dtype: floats ? "F32" : "I32", shape, data: floats ? data : Int32Array.from(data) });
  }
  return named;
}
