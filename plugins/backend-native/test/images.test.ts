import fc from "fast-check";
import { expectSame, makeNative, useNative, useWasm } from "./native.ts";
import { images } from "./random-kernels.ts";

describe("kernels of images on native", () => {
  before(async function () {
    await useNative(this);
  });

  it("look at images, and light them, as wasm", async () => {
    const use = async (): Promise<void> => (await makeNative()).activate();
    await fc.assert(
      fc.asyncProperty(images, (kernel) => expectSame(kernel, useWasm, use, 1e-4)),
      { numRuns: 40 },
    );
  });
});
