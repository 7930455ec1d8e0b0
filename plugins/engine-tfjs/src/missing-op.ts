import { isFastapError } from "@fastap/kernel";
import type { OpNeed } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import { E_ENGINE_GRADIENT_MISSING, E_ENGINE_OP_MISSING } from "./errors.ts";
import { FUSED_KERNELS } from "./ops/fused-kernel.ts";

const COMPOSED: ReadonlySet<string> = new Set(FUSED_KERNELS);
/** Backends that fastap keeps complete for training, whether activated here or not. */
const COMPLETE: readonly string[] = ["cpu", "wasm"];

/**
 * Checks that the current backend can run every op; fused ops always can, by their composed definition.
 * @throws E_ENGINE_OP_MISSING once, with every missing op
 */
export function preflight(needs: readonly OpNeed[], backend: string): void {
  const missing = needs.filter(({ op }) => !COMPOSED.has(op) && !hasKernel(op, tf.getBackend()));
  if (missing.length > 0) throw E_ENGINE_OP_MISSING({ needs: missing, backend, suppliers: suppliers(missing) });
}

/** Makes a coded error of what tfjs throws when a kernel or gradient is missing; any other error comes back as it is. */
export function explain(error: unknown): unknown {
  if (!(error instanceof Error) || isFastapError(error)) return error;
  const [, kernel, backend] = /Kernel '(\w+)' not registered for backend '([^']+)'/.exec(error.message) ?? [];
  if (kernel !== undefined && backend !== undefined) {
    const needs = [{ op: kernel }];
    return E_ENGINE_OP_MISSING({ needs, backend, suppliers: suppliers(needs) }, error);
  }
  const [, op] = /gradient function not found for (\w+)/.exec(error.message) ?? [];
  return op === undefined ? error : E_ENGINE_GRADIENT_MISSING({ op, backend: tf.getBackend() }, error);
}

/** Other backends that are known to have all these ops: activated ones are asked, fastap's own are taken at their word. */
function suppliers(needs: readonly { readonly op: string }[]): string[] {
  const current = tf.getBackend();
  const activated = Object.keys(tf.engine().registry);
  const able = activated.filter((name) => needs.every(({ op }) => hasKernel(op, name)));
  return [...new Set([...COMPLETE.filter((name) => !activated.includes(name)), ...able])].filter((name) => name !== current).toSorted();
}

function hasKernel(op: string, backend: string): boolean {
  return tf.getKernel(op, backend) !== undefined;
}
