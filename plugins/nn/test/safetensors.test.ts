import { readFileSync } from "node:fs";
import { isFastapError } from "@fastap/kernel";
import type { StateDict } from "@fastap/kernel";
import { decodeSafetensors, encodeSafetensors } from "@fastap/plugin-nn";
import { expect } from "chai";
import fc from "fast-check";

const state: StateDict = new Map([
  ["0.weight", { dtype: "F32" as const, shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ["0.half", { dtype: "F16" as const, shape: [1], data: Uint16Array.of(0x3c00) }],
  ["0.num_batches_tracked", { dtype: "I64" as const, shape: [], data: BigInt64Array.of(7n) }],
]);

function codeOf(bytes: Uint8Array): string | undefined {
  try {
    decodeSafetensors(bytes, "model.safetensors");
    return undefined;
  } catch (error) {
    if (!isFastapError(error)) throw error;
    return error.code;
  }
}

describe("safetensors", () => {
  it("gives back what was written", () => {
    const tensor = fc
      .array(fc.float(), { maxLength: 20 })
      .map((v) => ({ dtype: "F32" as const, shape: [v.length], data: Float32Array.from(v) }));
    const names = fc.string().filter((name) => name !== "__metadata__");
    fc.assert(
      fc.property(fc.array(fc.tuple(names, tensor)), fc.dictionary(fc.string(), fc.string()), (entries, metadata) => {
        const written = new Map(entries);
        const back = decodeSafetensors(encodeSafetensors(written, metadata));
        expect(Object.fromEntries(back.state)).to.deep.equal(Object.fromEntries(written));
        expect(Object.entries(back.metadata)).to.have.deep.members(Object.entries(metadata));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("refuses every truncation by code", () => {
    const file = encodeSafetensors(state);
    for (let n = 0; n < file.length; n++) expect(codeOf(file.subarray(0, n)), `${n} bytes`).to.equal("E_NN_SAFETENSORS");
    expect(decodeSafetensors(file).state).to.have.all.keys([...state.keys()]);
  });

  it("never fails without a code when header bytes flip", () => {
    const file = encodeSafetensors(state);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = file.slice();
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        expect(codeOf(bytes)).to.be.oneOf([undefined, "E_NN_SAFETENSORS"]);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it("reads a file that Python wrote", () => {
    const path = new URL("../../../test/golden/cases/models/xresnet18_tiny_widen.safetensors", import.meta.url);
    const { state: read } = decodeSafetensors(readFileSync(path));
    expect(read.get("0.1.num_batches_tracked")?.dtype).to.equal("I64");
    expect(read.get("0.0.weight")?.shape).to.have.length(4);
  });
});
