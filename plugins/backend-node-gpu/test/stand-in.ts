import { createRequire } from "node:module";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { NodeGpuPackage } from "@fastap/plugin-backend-node-gpu";
import * as tf from "@tensorflow/tfjs-core";

const util = createRequire(import.meta.url)("node:util") as { isNullOrUndefined(value: unknown): boolean };
const IMAGE_KERNELS = ["Conv2D", "Conv2DBackpropFilter", "Conv2DBackpropInput", "DepthwiseConv2dNative", "MaxPool", "MaxPoolGrad"];

class StandIn extends MathBackendCPU {
  readonly isUsingGpuDevice: boolean;
  constructor(isUsingGpuDevice: boolean) {
    super();
    Object.assign(this, { firstUse: false }); // it would print an advertisement
    this.isUsingGpuDevice = isUsingGpuDevice;
  }
}

/**
 * @tensorflow/tfjs-node-gpu as this plugin sees it, computing in plain JavaScript: registers "tensorflow", makes it current, asks for
 * the functions that Node 23 removed, and knows the paddings "same" and "valid" only.
 */
export function standIn(onGpu: boolean = true): NodeGpuPackage {
  return {
    absence: () => undefined,
    async load() {
      if (util.isNullOrUndefined(0)) throw new Error("util.isNullOrUndefined is wrong");
      if (tf.getKernelsForBackend("tensorflow").length === 0) registerKernels();
      if (tf.findBackend("tensorflow") !== null) tf.removeBackend("tensorflow");
      tf.registerBackend("tensorflow", () => new StandIn(onGpu), 3);
      tf.setBackend("tensorflow");
    },
  };
}

function registerKernels(): void {
  tf.copyRegisteredKernels("cpu", "tensorflow");
  for (const kernelName of IMAGE_KERNELS) {
    const stock = tf.getKernel(kernelName, "tensorflow");
    tf.unregisterKernel(kernelName, "tensorflow");
    tf.registerKernel({
      ...stock,
      kernelFunc: (call) => {
        const { pad } = call.attrs as unknown as { pad: unknown };
        if (pad !== "same" && pad !== "valid" && pad !== 0) throw new Error(`TF Backend supports only 'valid' and 'same' padding`);
        return stock.kernelFunc(call);
      },
    });
  }
}
