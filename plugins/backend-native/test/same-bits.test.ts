import { expect } from "chai";
import fc from "fast-check";
import type { BackendNativeOptions } from "@fastap/plugin-backend-native";
import { evaluate, makeNative, makeWasm, useNative } from "./native.ts";
import { activatedNorms, convolutions, depthwise, images, large, losses, norms, passes, pools, products } from "./random-kernels.ts";
import { segments, sequences, steps, strided, sums, winograds } from "./random-kernels.ts";
import type { Kernel } from "./random-kernels.ts";

const bitsOf = (outputs: readonly Float32Array[]): Uint32Array[] =>
  outputs.map(({ buffer, byteOffset, length }) => new Uint32Array(buffer, byteOffset, length));

/** What both compute with fused multiply-add; a machine or an engine without it rounds twice. */
for (const options of [{ threads: 2 }, { threads: 1, isa: "avx2" }] satisfies BackendNativeOptions[]) {
  describe(`kernels on native, ${JSON.stringify(options)}, give the bits of wasm with fused multiply-add`, () => {
    before(async function () {
      await useNative(this, options);
      const [{ isa }, { fma }] = [await (await makeNative(options)).facts(), await (await makeWasm()).facts()];
      if (isa !== "portable" && fma === true) return;
      console.log(`      skipped: native runs as ${String(isa)}, and wasm ${fma === true ? "with" : "without"} fused multiply-add`);
      this.skip();
    });

    const same = async (kernel: Kernel): Promise<void> => {
      await (await makeWasm()).activate();
      const expected = bitsOf(evaluate(kernel));
      await (await makeNative(options)).activate();
      bitsOf(evaluate(kernel)).forEach((actual, i) => {
        const at = actual.findIndex((bits, k) => bits !== expected[i]?.[k]);
        if (at >= 0) expect.fail(`output ${i}[${at}] of ${actual.length}: bits ${actual[at]}, on wasm ${expected[i]?.[at]}`);
      });
    };
    const agree = (kernels: fc.Arbitrary<Kernel>, numRuns: number): Promise<void> =>
      fc.assert(fc.asyncProperty(kernels, same), { numRuns });

    it("convolving, with gradients", () => agree(convolutions, 40));
    it("convolving by Winograd's way, with gradients", () => agree(winograds, 25));
    it("convolving with strides over many channels, with gradients", () => agree(strided, 15));
    it("convolving depthwise, with gradients", () => agree(depthwise, 20));
    it("multiplying, in all modes, batched, with gradients", () => agree(products, 40));
    it("in the gradient of max pooling", () => agree(pools, 15));
    it("summing over leading, middle and last axes", () => agree(sums, 30));
    it("summing segments", () => agree(segments, 10));
    it("normalising batches, with gradients", () => agree(fc.oneof(norms(1), norms(100), activatedNorms), 40));
    it("in cross-entropy and its gradient", () => agree(losses, 40));
    it("in LSTM and GRU, with gradients", () => agree(sequences, 15));
    it("in functions of single numbers", () => agree(passes, 25));
    it("in the steps of optimizers", () => agree(steps, 40));
    it("looking at images, and lighting them", () => agree(images, 30));
    it("over several blocks in every dimension", () => same(large));
  });
}
