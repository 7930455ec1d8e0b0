import * as tf from "@tensorflow/tfjs-core";
import { createOps } from "@fastap/plugin-engine-tfjs";
import { expect } from "chai";
import { expectClose, makeBackend, runKernel, tensorOf, useWasm } from "./both-backends.ts";

/** Sequences of 21 rows, which no number of threads divides. */
function sequences(): Record<string, tf.Tensor> {
  const [steps, batch, hidden] = [9, 21, 150];
  const [h0, c0, dhs] = [tensorOf([batch, hidden], 1), tensorOf([batch, hidden], 2), tensorOf([steps, batch, hidden], 3)];
  const [hh, bias] = [tf.mul(tensorOf([4 * hidden, hidden], 4), 0.1), tensorOf([4 * hidden], 5)];
  const lstm = runKernel("FastapLstm", { gates: tensorOf([steps, batch, 4 * hidden], 6), bias, hh, h0, c0 }, {});
  const [hs, cs, activated] = lstm as [tf.Tensor, tf.Tensor, tf.Tensor];
  const lstmGrad = runKernel("FastapLstmGrad", { dhs, dc: c0, activated, cs, c0, hh }, {});
  const biases = { biasIh: tensorOf([3 * hidden], 7), biasHh: tensorOf([3 * hidden], 8) };
  const gruHh = tf.mul(tensorOf([3 * hidden, hidden], 9), 0.1);
  const gru = runKernel("FastapGru", { gates: tensorOf([steps, batch, 3 * hidden], 10), ...biases, hh: gruHh, h0 }, {});
  const [states, kept] = gru as [tf.Tensor, tf.Tensor];
  const gruGrad = runKernel("FastapGruGrad", { dhs, activated: kept, hs: states, h0, hh: gruHh }, {});
  const all = { hs, cs, activated, states, kept };
  const grads = Object.fromEntries([...lstmGrad, ...gruGrad].map((grad, i) => [`gradient ${i}`, grad]));
  return { ...all, ...grads };
}

/** Parameters of several sizes, of which one is cut in many pieces. */
function optimizerSteps(): Record<string, tf.Tensor> {
  const hypers = { lr: 0.1, mom: 0.9, sqrMom: 0.99, eps: 1e-5, t: 3, wd: 0.1, l2: 0 };
  const long = (count: number, seed: number): tf.Tensor => tf.slice1d(tf.tile(tensorOf([997], seed), [600]) as tf.Tensor1D, 0, count);
  const items = [5, 540_001, 1000].map((count, i) => ({
    ...{ param: long(count, 4 * i), grad: long(count, 4 * i + 1), avg: long(count, 4 * i + 2), sqrAvg: tf.abs(long(count, 4 * i + 3)) },
    ...hypers,
  }));
  const results = (["adam", "lamb"] as const).flatMap((rule) =>
    createOps().optimizerStep(
      rule,
      items.map((item) => ({ ...item, param: tf.clone(item.param), avg: tf.clone(item.avg), sqrAvg: tf.clone(item.sqrAvg) })),
    ),
  );
  return Object.fromEntries(results.flatMap((r, i) => [[`param ${i}`, r.param], [`avg ${i}`, r.avg as tf.Tensor]])) as Record<string, tf.Tensor>; // prettier-ignore
}

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
      ...sequences(),
      ...optimizerSteps(),
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
