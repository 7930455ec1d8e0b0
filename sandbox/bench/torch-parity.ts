import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StateDict, StoredTensor } from "@fastap/kernel";
import { encodeSafetensors } from "@fastap/plugin-nn";
import { pinned } from "./pinned.ts";
import type { Start } from "./trial.ts";
import { findTorch } from "./torch.ts";

const SCRIPT = fileURLToPath(new URL("torch_parity.py", import.meta.url));

/** Losses of every step. */
export interface TorchLosses {
  readonly float64: readonly number[];
  /** In float64, save that the weights are rounded to float32 after every step. */
  readonly rounded: readonly number[];
  /** One thread, two threads, without oneDNN. */
  readonly float32: readonly (readonly number[])[];
  readonly relu: {
    /** Of one batch. */
    readonly inputs: number;
    /** How many of them have another sign in float32 than in float64, of each batch at the start. */
    readonly otherwise: readonly number[];
  };
}

/** Trains PyTorch from the same weights on the same batches. @throws Error without torch, or where its net has other weights */
export async function torchLosses(name: string, start: Start, steps: number, lr: number): Promise<TorchLosses> {
  const folder = await mkdtemp(join(tmpdir(), "fastap-parity-"));
  try {
    const file = join(folder, "start.safetensors");
    await writeFile(file, encodeSafetensors(stored(start)));
    return JSON.parse(await pinned(2, [findTorch(), SCRIPT, name, file, String(steps), String(lr)])) as TorchLosses;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Counters stay behind: every net starts at 0. */
function stored({ state, batches }: Start): StateDict {
  const weights = [...state].flatMap(([name, tensor]): [string, StoredTensor][] => (tensor.dtype === "F32" ? [[`w.${name}`, tensor]] : []));
  const fields = batches.flatMap((batch, i) =>
    batch.map(({ data, shape }, j): [string, StoredTensor] => [
      `b.${i}.${j}`,
      data instanceof Int32Array ? { dtype: "I32", shape, data } : { dtype: "F32", shape, data: Float32Array.from(data) },
    ]),
  );
  return new Map([...weights, ...fields]);
}
