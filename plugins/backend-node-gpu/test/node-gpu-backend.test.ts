import { createHost, definePlugin } from "@fastap/kernel";
import type { Plugin } from "@fastap/kernel";
import { cpuBackend } from "@fastap/plugin-backend-cpu";
import { nodeGpuBackend } from "@fastap/plugin-backend-node-gpu";
import type { NodeGpuPackage } from "@fastap/plugin-backend-node-gpu";
import { createEngine, engineTfjs } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { standIn } from "./stand-in.ts";

/** The real plugin with a stand-in for the package that cannot be installed here. */
const withStandIn: Plugin<"backend-node-gpu"> = definePlugin({
  meta: { name: "backend-node-gpu", version: "0.1.0", kernel: "^0.1.0", provides: ["backends"] },
  apply(host) {
    host.contribute("backends", { name: "node-gpu", make: () => nodeGpuBackend(standIn()) });
  },
});

const failure = async (nodeGpu: NodeGpuPackage): Promise<{ code: string; message: string }> =>
  nodeGpuBackend(nodeGpu)
    .activate()
    .then(() => ({ code: "none", message: "" }))
    .catch((error: unknown) => error as { code: string; message: string });

describe("backend node-gpu, with a stand-in for its package", () => {
  beforeEach(() => createEngine().activate(cpuBackend));

  it("says that the package is not installed, and which CUDA it needs", async () => {
    const state = await nodeGpuBackend().available();
    expect(state.ok ? "" : state.reason).to.match(/tfjs-node-gpu is not installed\. It needs CUDA 11\.2 and cuDNN 8\.1/);
  });

  it("refuses a package without its native part, one that does not load, and one without a GPU, and leaves the backend as it was", async () => {
    const broken = { ...standIn(), load: () => Promise.reject(new Error("libcudart.so.11.0: cannot open shared object file")) };
    expect((await failure({ ...standIn(), absence: () => "no native part" })).code).to.equal("E_BACKEND_NODE_GPU_UNAVAILABLE");
    const error = await failure(broken);
    expect(error.code).to.equal("E_BACKEND_NODE_GPU_LOAD");
    expect(error.message).to.contain("libcudart.so.11.0").and.to.contain("CUDA 11.2");
    expect((await failure(standIn(false))).code).to.equal("E_BACKEND_NODE_GPU_NO_GPU");
    expect(tf.getBackend()).to.equal("cpu");
  });

  it("restores what Node 23 took from node:util", async () => {
    const util = (await import("node:util")).default as unknown as Record<string, unknown>;
    const kept = Object.getOwnPropertyDescriptor(util, "isNullOrUndefined");
    Reflect.deleteProperty(util, "isNullOrUndefined");
    try {
      expect((await failure(standIn())).code).to.equal("none");
      expect(util["isNullOrUndefined"]).to.be.a("function");
    } finally {
      if (kept !== undefined) Object.defineProperty(util, "isNullOrUndefined", kept);
    }
  });

  it("trains through a host, with paddings that TensorFlow's kernels do not take, as cpu does", async () => {
    const onGpu = await gradients("node-gpu");
    const onCpu = await gradients("cpu");
    expect(onGpu).to.have.length(4);
    onGpu.forEach((values, i) => {
      expect(values.length).to.equal(onCpu[i]?.length);
      values.forEach((value, k) => expect(value).to.be.closeTo(onCpu[i]?.[k] ?? NaN, 1e-5));
    });
  });
});

async function gradients(backend: string): Promise<number[][]> {
  const cpu = definePlugin({
    meta: { name: "backend-cpu", version: "0.1.0", kernel: "^0.1.0", provides: ["backends"] },
    apply: (host) => host.contribute("backends", { name: "cpu", make: () => cpuBackend }),
  });
  await using host = await createHost({ plugins: [engineTfjs, cpu, withStandIn], config: { backend, seed: 1 } });
  const engine = host.resolve("engine");
  expect(engine.backend).to.equal(backend);
  const before = engine.memory().tensors;
  const values: number[][] = [];
  await engine.scopeAsync(async () => {
    const waves = (shape: number[], k: number): tf.Tensor =>
      tf.reshape(
        tf.sin(
          tf.mul(
            tf.range(
              0,
              shape.reduce((a, b) => a * b, 1),
            ),
            k,
          ),
        ),
        shape,
      );
    const x = tf.variable(waves([2, 7, 7, 3], 1.3)) as tf.Tensor as tf.Tensor4D;
    const w = tf.variable(waves([3, 3, 3, 4], 0.7)) as tf.Tensor as tf.Tensor4D;
    const d = tf.variable(waves([3, 3, 4, 1], 0.4)) as tf.Tensor as tf.Tensor4D;
    const params = new Map<string, tf.Tensor>([
      ["x", x],
      ["w", w],
      ["d", d],
    ]);
    const { value, grads } = engine.valueAndGrad(params, () => {
      const y = tf.depthwiseConv2d(tf.conv2d(x, w, 2, 1), d, 1, 1);
      return tf.mean(tf.square(tf.maxPool(y, 3, 2, 1)));
    });
    for (const tensor of [value, ...grads.values()]) values.push(Array.from(await engine.read(tensor)));
    for (const tensor of [value, ...grads.values(), ...params.values()]) tensor.dispose();
  });
  expect(engine.memory().tensors).to.equal(before);
  return values;
}
