// Run by webgpu.test.ts in a process of its own: Vulkan reads its environment only once. Prints one JSON line.
import { createHost } from "@fastap/kernel";
import type { Engine, Tensor } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { backendWebgpu, webgpuBackend } from "@fastap/plugin-backend-webgpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";

const waves = (shape: readonly number[], seed: number): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.7 + seed)),
    [...shape],
  );

interface Case {
  readonly shapes: readonly (readonly number[])[];
  run(engine: Engine, ...inputs: tf.Tensor[]): tf.Tensor;
}

const cases: Readonly<Record<string, Case>> = {
  matMul: {
    shapes: [
      [33, 17],
      [17, 20],
    ],
    run: (_, a, b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D),
  },
  "matMul transposed": {
    shapes: [
      [17, 33],
      [20, 17],
    ],
    run: (_, a, b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, true, true),
  },
  conv2d: {
    shapes: [
      [2, 9, 9, 3],
      [3, 3, 3, 5],
    ],
    run: (_, x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 1),
  },
  batchNormTrain: {
    shapes: [[2, 4, 4, 6], [6], [6]],
    run: (engine, x, g, b) => engine.ops.batchNormTrain(x as tf.Tensor, g as tf.Tensor, b as tf.Tensor, 1e-5),
  },
};

/** Values, and the gradients of their weighted sum, as plain arrays; read asynchronously. */
async function compute(backend: string): Promise<Record<string, number[][]>> {
  await using host = await createHost({ plugins: [engineTfjs, backendCpu, backendWebgpu], config: { backend, seed: 1 } });
  const engine = host.resolve("engine");
  const before = engine.memory().tensors;
  const results: Record<string, number[][]> = {};
  for (const [name, { shapes, run }] of Object.entries(cases)) {
    results[name] = await engine.scopeAsync(async () => {
      const inputs = new Map<string, Tensor>(shapes.map((shape, i) => [String(i), tf.variable(waves(shape, i))]));
      const y = run(engine, ...inputs.values());
      const dy = waves(y.shape, 9);
      const { grads } = engine.valueAndGrad(inputs, () => tf.sum(tf.mul(run(engine, ...inputs.values()), dy)));
      const values: number[][] = [];
      for (const tensor of [y, ...grads.values()]) values.push(Array.from(await engine.read(tensor)));
      for (const tensor of [...inputs.values(), ...grads.values()]) tensor.dispose();
      return values;
    });
  }
  if (engine.memory().tensors !== before) throw new Error(`${engine.memory().tensors - before} tensors leaked on ${backend}`);
  return results;
}

const available = await webgpuBackend().available();
if (available.ok)
  console.log(JSON.stringify({ facts: await webgpuBackend().facts(), cpu: await compute("cpu"), webgpu: await compute("webgpu") }));
else console.log(JSON.stringify({ reason: available.reason }));
