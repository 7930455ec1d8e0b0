import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { useWasm } from "./both-backends.ts";

/** Number of tensors, and the message of what `make` throws. */
function refusal(make: () => tf.Tensor): string {
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  try {
    tf.tidy(() => void make());
    return "accepted";
  } catch (error) {
    expect([tf.memory().numTensors, tf.backend().numDataIds()], "tensors").to.deep.equal(before);
    return String(error);
  }
}

interface Heap {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}
const heap = (): Heap => (tf.backend() as unknown as { wasm: Heap }).wasm;

interface Block {
  readonly at: number;
  readonly bytes: number;
}

/** Everything but at most so many bytes of the heap; nothing is written to it, so that no memory is used for it. */
function fill(left: number): number[] {
  const pointers: number[] = [];
  for (let bytes = 2 ** 31; bytes >= left; bytes /= 2) {
    for (let at = heap()._malloc(bytes); at !== 0; at = heap()._malloc(bytes)) pointers.push(at);
  }
  return pointers;
}

describe("a full heap of the wasm backend", () => {
  before(() => useWasm());

  it("refuses a tensor of just under 4 GB, also after the heap has grown", () => {
    const [column, row] = [tf.ones([32_767, 1]), tf.ones([1, 32_766])];
    for (const grown of [50_000_000, 500_000_000]) {
      heap()._free(heap()._malloc(grown));
      for (let i = 0; i < 3; i++) expect(refusal(() => tf.matMul(column, row))).to.match(/E_BACKEND_WASM_MEMORY[^]*4294574088 bytes/);
      expect(tf.tidy(() => tf.sum(tf.add(column, 1)).dataSync()[0])).to.equal(65_534);
    }
    tf.dispose([column, row]);
  });

  it("never hands out memory that is in use or behind the end, however often it is full", () => {
    let state = 1;
    const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const blocks: Block[] = [];
    const release = (): void => blocks.splice(Math.floor(next() * blocks.length), 1).forEach(({ at }) => heap()._free(at));
    let refused = 0;
    for (let i = 0; i < 3000; i++) {
      if (blocks.length > 50 || (blocks.length > 0 && next() < 0.45)) release();
      const bytes = Math.floor(next() < 0.5 ? next() * 3e8 : next() * 2 ** 32);
      const at = heap()._malloc(bytes);
      if (at === 0) refused++;
      else {
        const wrong = at + bytes > heap().HEAPU8.length || blocks.some((other) => at < other.at + other.bytes && other.at < at + bytes);
        if (wrong) expect.fail(`${bytes} bytes at ${at}, of a heap of ${heap().HEAPU8.length}`);
        blocks.push({ at, bytes });
        heap()
          .HEAPU8.fill(255, at, at + Math.min(bytes, 32))
          .fill(255, at + bytes - Math.min(bytes, 32), at + bytes);
      }
    }
    while (blocks.length > 0) release();
    expect(refused).to.be.within(100, 2900);
  });

  it("refuses a training step that does not fit and leaves nothing behind, and takes a smaller one", () => {
    const full = fill(2 ** 25);
    const step = (batch: number): tf.Tensor[] => {
      const [x, w] = [tf.ones([batch, 32, 32, 8]), tf.ones([3, 3, 8, 8])];
      return tf.grads((a, b) => tf.mean(tf.relu(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, "same"))))([x, w]);
    };
    expect(refusal(() => step(1024)[0] as tf.Tensor)).to.match(/E_BACKEND_WASM_MEMORY[^]*512 instead of 1024/);
    expect(tf.tidy(() => step(8).map((t) => t.shape[0]))).to.deep.equal([8, 3]);
    for (const pointer of full) heap()._free(pointer);
  });

  it("refuses tensors of own and of tfjs's kernels, with a smaller batch size, and goes on", () => {
    const column = tf.ones([60_000, 1]);
    const row = tf.ones([1, 40_000]);
    const message = /E_BACKEND_WASM_MEMORY[^]*\[60000, 40000\] of 9600000000 bytes does not fit[^]*30000 instead of 60000/;
    expect(refusal(() => tf.matMul(column, row))).to.match(message);
    expect(refusal(() => tf.add(column, row))).to.match(message);
    expect(refusal(() => tf.tile(column, [1, 40_000]))).to.match(message);
    expect(tf.tidy(() => tf.sum(tf.add(column, 1)).dataSync()[0])).to.equal(120_000);
    tf.dispose([column, row]);
  });
});
