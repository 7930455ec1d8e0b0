import type { Backend, Registry } from "@fastap/kernel";
import { E_ENGINE_BACKEND_UNAVAILABLE } from "./errors.ts";

/** Fastest first; backends that are not listed here are used only where they are named. */
const BY_SPEED: readonly string[] = ["native", "wasm", "cpu"];

/** The fastest registered backend that can run here. @throws E_ENGINE_BACKEND_UNAVAILABLE with every backend's reason */
export async function bestBackend(registry: Registry<Backend>): Promise<Backend> {
  const reasons: string[] = [];
  for (const name of BY_SPEED.filter((candidate) => registry.has(candidate))) {
    const backend = registry.make(name);
    const state = await backend.available();
    if (state.ok) return backend;
    reasons.push(`${name}: ${state.reason}`);
  }
  const reason = reasons.length === 0 ? `none of ${BY_SPEED.join(", ")} is registered` : reasons.join("; ");
  throw E_ENGINE_BACKEND_UNAVAILABLE({ backend: "auto", reason });
}
