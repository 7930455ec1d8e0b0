import { readIdx } from "@fastap/plugin-data";
import { expect } from "chai";
import fc from "fast-check";
import { errorOf } from "./error-of.ts";
import { idxBytes } from "./idx-bytes.ts";

describe("readIdx", () => {
  it("reads every element type", () => {
    const cases: [number, string, Uint8Array, number[]][] = [
      [0x08, "Uint8Array", Uint8Array.of(0, 200), [0, 200]],
      [0x09, "Int32Array", Uint8Array.of(0xff, 5), [-1, 5]],
      [0x0b, "Int32Array", Uint8Array.of(0xff, 0xfe, 1, 0), [-2, 256]],
      [0x0c, "Int32Array", Uint8Array.of(0xff, 0xff, 0xff, 0xfd, 0, 1, 0, 0), [-3, 65536]],
      [0x0d, "Float32Array", Uint8Array.of(0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0), [1.5, -2]],
      [0x0e, "Float32Array", Uint8Array.of(0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0), [1.5, -2]],
    ];
    for (const [type, array, body, values] of cases) {
      const { data, shape } = readIdx(idxBytes([2], body, type), "x");
      expect(data.constructor.name).to.equal(array);
      expect([...data]).to.deep.equal(values);
      expect(shape).to.deep.equal([2]);
    }
  });

  it("reads what was written, from any offset of a buffer", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 4 }), fc.nat(9), (shape, offset) => {
        const body = Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i);
        const bytes = idxBytes(shape, body);
        const moved = new Uint8Array(bytes.length + offset);
        moved.set(bytes, offset);
        expect(readIdx(moved.subarray(offset), "x")).to.deep.equal({ data: body, shape });
      }),
    );
  });

  it("tells a file cut at any byte from a whole one, with both sizes", async () => {
    const whole = idxBytes([3, 4, 2], new Uint8Array(24));
    for (let length = 0; length < whole.length; length++) {
      const { code, message } = await errorOf(() => readIdx(whole.subarray(0, length), "digits"));
      expect(code).to.equal("E_DATA_IDX_TRUNCATED");
      expect(message).to.include(`received ${length}`).and.include("digits");
      if (length >= 16) expect(message).to.include(`expected ${whole.length} bytes`);
    }
  });

  it("refuses trailing bytes and other formats", async () => {
    expect(await errorOf(() => readIdx(idxBytes([2], new Uint8Array(3)), "x"))).to.have.property("code", "E_DATA_IDX_TRAILING");
    for (const magic of [
      [0x89, 0x50, 0x4e, 0x47],
      [0, 0, 0x0a, 1],
      [0, 1],
      [0x1f, 0x8b, 8, 0],
    ]) {
      const { code, message } = await errorOf(() => readIdx(Uint8Array.from(magic), "x"));
      expect(code).to.equal("E_DATA_IDX_MAGIC");
      if (magic[0] === 0x1f) expect(message).to.include("gzip");
    }
  });
});
