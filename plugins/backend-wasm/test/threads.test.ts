import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { expectClose, makeBackend, tensorOf, useWasm } from "./both-backends.ts";

/** Kernels large enough for several tasks, in every way of cutting them. */
function largeKernels(): Record<string, Float32Array> {
  return tf.tidy(() => {
    const conv = tf.grads((x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same"));
    const strided = tf.grads((x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 3));
    const images = tensorOf([9, 14, 15, 64]);
    const few = tensorOf([13, 40, 41, 3]);
    const [dImages, dFilter] = conv([images, tensorOf([3, 3, 64, 20], 1)]);
    const [dFew, dFewFilter] = strided([few, tensorOf([7, 7, 3, 32], 2)]);
    const results = {
      tall: tf.matMul(tensorOf([1403, 170]), tensorOf([170, 75], 1)),
      wide: tf.matMul(tensorOf([61, 600]), tensorOf([517, 600], 1), false, true),
      transposed: tf.matMul(tensorOf([130, 300]), tensorOf([130, 517], 1), true, false),
      batched: tf.matMul(tensorOf([90, 70, 60]), tensorOf([90, 60, 50], 1)),
      forward: tf.conv2d(images as tf.Tensor4D, tensorOf([3, 3, 64, 20], 1) as tf.Tensor4D, 1, "same"),
      pointwise: tf.conv2d(images as tf.Tensor4D, tensorOf([1, 1, 64, 150], 1) as tf.Tensor4D, 1, "same"),
      dImages: dImages as tf.Tensor,
      dFilter: dFilter as tf.Tensor,
      dFew: dFew as tf.Tensor,
      dFewFilter: dFewFilter as tf.Tensor,
    };
    return Object.fromEntries(Object.entries(results).map(([name, t]) => [name, t.dataSync<"float32">()]));
  });
}

function bytesOf(data: Float32Array<ArrayBufferLike> = new Float32Array()): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

describe("threads of the wasm backend", () => {
  after(() => useWasm());

  it("give the same bits whatever their number", async () => {
    await useWasm({ threads: 1 });
    const alone = largeKernels();
    for (const threads of [2, 3]) {
      await useWasm({ threads });
      for (let round = 0; round < 2; round++) {
        for (const [name, data] of Object.entries(largeKernels())) {
          expect(Buffer.compare(bytesOf(data), bytesOf(alone[name])), `${name} on ${threads}`).to.equal(0);
        }
      }
    }
  });

  it("go on after the heap has grown and the workers have slept", async () => {
    await useWasm({ threads: 2 });
    const [a, b] = [tensorOf([256, 300]), tensorOf([300, 256], 1)];
    const before = tf.tidy(() => tf.matMul(a, b).dataSync());
    const large = tf.zeros([6_000_000]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(tf.tidy(() => tf.matMul(a, b).dataSync())).to.deep.equal(before);
    tf.dispose([a, b, large]);
  });

  it("leave one thread where one is asked for", async () => {
    expect(await (await makeBackend({ threads: 1 })).facts()).to.include({ threads: 1 });
    expect(await (await makeBackend({ threads: 3 })).facts()).to.include({ threads: 3 });
  });

  it("stay one, with the reason, on a page that may not share memory", async () => {
    const scope = globalThis as { crossOriginIsolated?: boolean };
    scope.crossOriginIsolated = false;
    try {
      const facts = await (await makeBackend()).facts();
      expect(facts).to.include({ threads: 1, threadsReason: "the page is not cross-origin isolated" });
    } finally {
      delete scope.crossOriginIsolated;
    }
  });
});

describe("fused multiply-add of the wasm backend", () => {
  after(() => useWasm());

  it("changes no more than the last bits", async () => {
    await useWasm({ fma: false });
    expect(await (await makeBackend({ fma: false })).facts()).to.include({ fma: false });
    const plain = largeKernels();
    await useWasm({ fma: true });
    for (const [name, data] of Object.entries(largeKernels())) expectClose(data, plain[name] ?? [], 1e-5, name);
  });
});
