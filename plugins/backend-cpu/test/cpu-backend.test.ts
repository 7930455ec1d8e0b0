import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { cpuBackend } from "@fastap/plugin-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

describe("backend cpu", () => {
  it("is available everywhere", async () => {
    expect(await cpuBackend.available()).to.deep.equal({ ok: true });
  });

  it("becomes the current backend, as often as asked", async () => {
    await cpuBackend.activate();
    await cpuBackend.activate();
    expect(tf.getBackend()).to.equal("cpu");
    const sum = tf.tidy(() => tf.add(tf.scalar(1), 2).dataSync()[0]);
    expect(sum).to.equal(3);
  });

  it("states its facts", async () => {
    expect(await cpuBackend.facts())
      .to.deep.include({ threads: 1, simd: false })
      .and.to.have.property("kernels")
      .above(150);
  });

  it("sums segments in one pass, of any number, and keeps NaN where it was", async () => {
    await cpuBackend.activate();
    tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, 4, NaN, 6, 7, 8], [4, 2]);
      const sums = tf.unsortedSegmentSum(x, tf.tensor1d([99_999, 1, 0, 99_999], "int32"), 100_000);
      expect(sums.shape).to.deep.equal([100_000, 2]);
      expect(tf.slice(sums, 0, 3).arraySync()).to.deep.equal([[NaN, 6], [3, 4], [0, 0]]); // prettier-ignore
      expect(tf.slice(sums, 99_998).arraySync()).to.deep.equal([[0, 0], [8, 10]]); // prettier-ignore
      const counts = tf.unsortedSegmentSum(tf.tensor1d([5, 6, 7], "int32"), tf.tensor1d([-1, 1, 2], "int32"), 2);
      expect(counts.dtype).to.equal("int32");
      expect(counts.arraySync()).to.deep.equal([0, 6]);
      const complex = tf.complex([1, 2], [3, 4]);
      expect(() => tf.unsortedSegmentSum(complex, tf.tensor1d([0, 1], "int32"), 2)).to.throw("complex64");
    });
  });

  it("does nothing when imported, and prints nothing when used", () => {
    const program = `
      import * as tf from "@tensorflow/tfjs-core";
      import { cpuBackend } from "@fastap/plugin-backend-cpu";
      const imported = Object.keys(tf.engine().registryFactory).length;
      await cpuBackend.facts();
      await cpuBackend.activate();
      await import("@tensorflow/tfjs-layers");
      tf.scalar(imported).print();`;
    const cwd = fileURLToPath(new URL("..", import.meta.url));
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", program + "\n"], { cwd, encoding: "utf8", stdio: "pipe" });
    expect(output).to.equal("Tensor\n    0\n");
  });
});
