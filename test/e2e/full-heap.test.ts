import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { buildLibrary } from "../../plugins/backend-native/test/built-library.ts";

interface Outcome {
  readonly error: string;
  /** Tensors. */
  readonly left: number;
  readonly loss: number;
}

async function train(backend: string): Promise<Outcome> {
  const program = fileURLToPath(new URL("full-heap.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--import=tsx", program, backend]);
  return JSON.parse(stdout) as Outcome;
}

describe("training that needs more than the 4 GB of the heap", function () {
  this.timeout(60_000);

  for (const backend of ["wasm", "native"]) {
    it(`stops on ${backend} with the tensor, the layer and a smaller batch size, leaves no tensor behind, and goes on with that`, async function () {
      if (backend === "native" && !buildLibrary()) {
        console.log("      skipped: there is no native library, and no C compiler to build one");
        this.skip();
      }
      const { error, left, loss } = await train(backend);
      expect(error).to.match(/E_BACKEND_WASM_MEMORY: out of memory: a tensor \[2048, 14, 14, 16\] of 25690112 bytes does not fit/);
      expect(error).to.match(new RegExp(`in layer "\\d" \\(\\w+\\), input \\[2048, [\\d, ]+\\], on backend ${backend}`));
      expect(error).to.contain("the batch size is 2048: try bs 1024");
      expect(left).to.equal(0);
      expect(loss).to.be.within(0, 10);
    });
  }
});
