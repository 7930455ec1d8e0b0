import type { Backend, Engine, TypedArray } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { activate } from "./activate.ts";
import { add } from "./add.ts";
import { E_ENGINE_NOT_READY } from "./errors.ts";
import { preflight } from "./missing-op.ts";
import { checkedOps, createOps } from "./ops/fused-ops.ts";
import { scope, scopeAsync } from "./scopes.ts";
import { tensorFrom } from "./tensor-from.ts";
import { valueAndGrad } from "./value-and-grad.ts";

export interface TfjsEngine extends Engine {
  /**
   * Starts a backend and computes on it from now on. Every other method needs this first.
   * @throws E_ENGINE_BACKEND_UNAVAILABLE, E_ENGINE_BACKEND_FAILED
   */
  activate(backend: Backend): Promise<void>;
}

/**
 * An engine on tfjs-core, not ready before `activate`; the plugin does that, tests do it by hand.
 * @throws E_ENGINE_NOT_READY from every method used too early
 * @example const engine = createEngine(); await engine.activate(cpuBackend);
 */
export function createEngine(): TfjsEngine {
  let active: { readonly name: string; readonly tfName: string; readonly copiesData: boolean } | undefined;
  /** The backend's name. tfjs has one backend per process: another host may have changed it since. */
  const ready = (action: string): string => {
    if (active === undefined) throw E_ENGINE_NOT_READY({ action });
    if (tf.getBackend() !== active.tfName) void tf.setBackend(active.tfName); // at once, as it is initialised
    return active.name;
  };
  /** Every method but `activate` checks first. */
  const guarded = <A extends unknown[], R>(action: string, run: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => (ready(action), run(...args));
  };
  return {
    name: "tfjs",
    get backend() {
      return ready("backend");
    },
    ops: checkedOps(createOps(), ready),
    async activate(backend) {
      active = { name: backend.name, tfName: await activate(backend), copiesData: backend.copiesData ?? false };
    },
    valueAndGrad: guarded("valueAndGrad", valueAndGrad),
    scope: (f) => (ready("scope"), scope(f)),
    scopeAsync: async (f) => (ready("scopeAsync"), await scopeAsync(f)),
    keep: (tensor) => (ready("keep"), tf.keep(tensor)),
    add: guarded("add", add),
    from: (data, shape, dtype) => (ready("from"), tensorFrom(active?.copiesData === true ? data : data.slice(), shape, dtype)),
    read: guarded("read", (tensor: Tensor) => read(tensor, active?.copiesData === true)),
    memory: guarded("memory", memory),
    preflight: (needs) => preflight(needs, ready("preflight")),
  };
}

/** A copy, as the cpu backend of tfjs hands out the tensor's own numbers. `copies`: what the backend gives is one, and at once. */
async function read(tensor: Tensor, copies: boolean): Promise<TypedArray> {
  if (copies) return tensor.dataSync();
  const data = await tensor.data();
  return data.slice();
}

function memory(): { readonly tensors: number; readonly bytes: number } {
  const { numTensors, numBytes } = tf.memory();
  return { tensors: numTensors, bytes: numBytes };
}
