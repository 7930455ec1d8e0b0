import { defineError } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

type Make<D> = (details: D, cause?: unknown) => FastapError;

export const E_BACKEND_WASM_UNAVAILABLE: Make<{ reason: string }> = defineError("E_BACKEND_WASM_UNAVAILABLE", (d) => ({
  message: `the wasm backend cannot run here: ${d.reason}`,
  hint: "Choose another backend in the config; `fastap doctor` lists them.",
}));

export const E_BACKEND_WASM_LOAD: Make<{ file: string; reason: string }> = defineError("E_BACKEND_WASM_LOAD", (d) => ({
  message: `the wasm backend could not load: ${d.reason}`,
  where: d.file,
  hint: "Reinstall the package, or serve this file beside the script.",
}));

export const E_BACKEND_WASM_MEMORY: Make<{ bytes: number; shape?: readonly number[] | undefined }> = defineError(
  "E_BACKEND_WASM_MEMORY",
  (d) => ({
    message: `out of memory: ${d.shape === undefined ? "scratch memory" : `a tensor [${d.shape.join(", ")}]`} of ${d.bytes} bytes does not fit`,
    where: "the heap of backends wasm and native, which ends at 4 GB",
    hint: smaller(d.shape),
  }),
);

function smaller([batch = 1, ...rest]: readonly number[] = []): string {
  if (batch < 2 || rest.length === 0) return "Use a smaller batch size.";
  return `Use a smaller batch size: if the first axis is the batch, ${Math.floor(batch / 2)} instead of ${batch}.`;
}

export const E_BACKEND_WASM_DTYPE: Make<{ op: string; backend: string; expected: string; received: string }> = defineError(
  "E_BACKEND_WASM_DTYPE",
  (d) => ({
    message: `${d.op} on backend ${d.backend} does not take this dtype`,
    expected: d.expected,
    received: d.received,
    hint: "Cast the tensor first.",
  }),
);

export const E_BACKEND_WASM_SHAPE: Make<{ op: string; backend: string; expected: string; received: readonly number[] }> = defineError(
  "E_BACKEND_WASM_SHAPE",
  (d) => ({
    message: `${d.op} on backend ${d.backend} got a tensor of the wrong shape`,
    expected: d.expected,
    received: `[${d.received.join(", ")}]`,
  }),
);

export const E_BACKEND_WASM_LAYOUT: Make<{ op: string; backend: string; received: string }> = defineError("E_BACKEND_WASM_LAYOUT", (d) => ({
  message: `${d.op} on backend ${d.backend} does not take this data format`,
  expected: "NHWC",
  received: d.received,
  hint: "Transpose the images to [batch, height, width, channels].",
}));

export const E_BACKEND_WASM_OPTION: Make<{ option: string; expected: string; received: string; hint?: string }> = defineError(
  "E_BACKEND_WASM_OPTION",
  (d) => ({
    message: `backend-wasm does not understand its option "${d.option}"`,
    expected: d.expected,
    received: d.received,
    hint: d.hint ?? "",
  }),
);

export const E_BACKEND_WASM_WORKER: Make<{ reason: string; task: string }> = defineError("E_BACKEND_WASM_WORKER", (d) => ({
  message: `the wasm backend lost a worker thread: ${d.reason}`,
  where: d.task,
  hint: 'The result is lost; the process goes on with one thread. Option "threads": 1 of backend-wasm does without workers.',
}));
