import { isFastapError } from "@fastap/kernel";
import type { Backend } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import { E_ENGINE_BACKEND_FAILED, E_ENGINE_BACKEND_UNAVAILABLE } from "./errors.ts";

/**
 * Makes a backend the current one and registers all gradients; returns the name that tfjs knows it by.
 * @throws E_ENGINE_BACKEND_UNAVAILABLE with the backend's own reason, E_ENGINE_BACKEND_FAILED
 */
export async function activate(backend: Backend): Promise<string> {
  const availability = await backend.available();
  if (!availability.ok) throw E_ENGINE_BACKEND_UNAVAILABLE({ backend: backend.name, reason: availability.reason });
  try {
    await import("@tensorflow/tfjs-layers"); // for its side effect: tfjs-core alone has no gradients
    await backend.activate();
    await tf.ready();
  } catch (error) {
    if (isFastapError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw E_ENGINE_BACKEND_FAILED({ backend: backend.name, reason }, error);
  }
  return tf.getBackend();
}
