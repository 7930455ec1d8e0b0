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
