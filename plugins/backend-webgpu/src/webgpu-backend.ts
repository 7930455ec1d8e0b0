import type { Backend } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import { E_BACKEND_WEBGPU_START, E_BACKEND_WEBGPU_UNAVAILABLE } from "./errors.ts";
import { isNode, navigatorGpu } from "./navigator-gpu.ts";
import { installedPeers } from "./peers.ts";
import type { GpuAdapter, Peers } from "./peers.ts";

const INSTALL = "npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0";

/**
 * tfjs's WebGPU kernels on the GPU of the page, or on Dawn's in Node. All reads are asynchronous; fused ops run by their composed
 * definition. `peers` are the optional packages; tests pass doubles.
 */
export function webgpuBackend(peers: Peers = installedPeers): Backend {
  const adapter = async (): Promise<GpuAdapter | string> => findAdapter(peers);
  return {
    name: "webgpu",
    async available() {
      const found = await adapter();
      return typeof found === "string" ? { ok: false, reason: found } : { ok: true };
    },
    async activate() {
      const found = await adapter();
      if (typeof found === "string") throw E_BACKEND_WEBGPU_UNAVAILABLE({ reason: found });
      if (!(await tf.setBackend("webgpu"))) throw E_BACKEND_WEBGPU_START({ adapter: described(found) });
    },
    async facts() {
      const found = await adapter();
      if (typeof found === "string") throw E_BACKEND_WEBGPU_UNAVAILABLE({ reason: found });
      const { maxBufferSize } = found.limits;
      return { adapter: described(found), maxBufferBytes: maxBufferSize, kernels: tf.getKernelsForBackend("webgpu").length };
    },
  };
}

/** The adapter, with tfjs's kernels registered; or why there is none. */
async function findAdapter(peers: Peers): Promise<GpuAdapter | string> {
  const gpu = await navigatorGpu(peers);
  if (gpu === undefined) return isNode() ? `the optional package webgpu is not installed (${INSTALL})` : "this browser has no WebGPU";
  if (!(await peers.tfjsWebgpu())) return `the optional package @tensorflow/tfjs-backend-webgpu is not installed (${INSTALL})`;
  const adapter = await gpu.requestAdapter();
  return adapter ?? "WebGPU finds no adapter: there is no GPU, or no driver for Vulkan, Metal or Direct3D 12 that Dawn takes";
}

function described({ info: { vendor, architecture, description } }: GpuAdapter): string {
  return [vendor, architecture, description].filter((part) => part !== "").join(", ");
}
