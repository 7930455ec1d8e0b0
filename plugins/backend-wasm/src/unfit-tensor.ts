import { getBackend } from "@tensorflow/tfjs-core";
import { E_BACKEND_WASM_DTYPE, E_BACKEND_WASM_LAYOUT, E_BACKEND_WASM_SHAPE } from "./errors.ts";

/*
 * What kernels throw for tensors that they cannot take. They run under the name of another backend too, which is laid over this one:
 * the error names that on which they run.
 */

export function unfitDtype(details: { op: string; expected: string; received: string }): Error {
  return E_BACKEND_WASM_DTYPE({ ...details, backend: getBackend() });
}

export function unfitShape(details: { op: string; expected: string; received: readonly number[] }): Error {
  return E_BACKEND_WASM_SHAPE({ ...details, backend: getBackend() });
}

export function unfitLayout(details: { op: string; received: string }): Error {
  return E_BACKEND_WASM_LAYOUT({ ...details, backend: getBackend() });
}
