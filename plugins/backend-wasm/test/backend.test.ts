import { availableParallelism } from "node:os";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { makeBackend } from "./both-backends.ts";

describe("backend wasm", () => {
  it("is available, and says what it has", async () => {
    const backend = await makeBackend();
    expect(backend.name).to.equal("wasm");
    expect(await backend.available()).to.deep.equal({ ok: true });
    const facts = await backend.facts();
    expect(facts).to.include({ simd: true, fma: true, threads: Math.min(availableParallelism(), 8), memoryLimitBytes: 2 ** 32 });
    expect(facts["stockKernels"]).to.be.greaterThan(100);
    expect(facts["ownKernels"]).to.be.greaterThan(10);
  });

  it("leaves errors that nobody catches to Node, which shows them where they were thrown", async () => {
    await (await makeBackend()).activate();
    const handlers = [...process.listeners("uncaughtException"), ...process.listeners("unhandledRejection")];
    expect(handlers.filter((handler) => /ExitStatus|throw/.test(String(handler)))).to.deep.equal([]);
  });

  it("can be activated again and again, by any instance", async () => {
    await (await makeBackend()).activate();
    await tf.setBackend("cpu");
    const again = await makeBackend();
    await again.activate();
    await again.activate();
    expect(tf.getBackend()).to.equal("wasm");
    expect(tf.tidy(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).arraySync())).to.deep.equal([[2, 2], [2, 2]]); // prettier-ignore
  });

  it("has every kernel that training needs and tfjs's cpu backend has", async () => {
    await (await makeBackend()).activate();
    const names = new Set(tf.getKernelsForBackend("wasm").map(({ kernelName }) => kernelName));
    const complex = /Complex|FFT|Real|Imag/;
    const preprocessing = /Ragged|StaticRegexReplace|Draw/;
    const missing = tf.getKernelsForBackend("cpu").filter(({ kernelName }) => !names.has(kernelName));
    expect(missing.map(({ kernelName }) => kernelName).filter((name) => !complex.test(name) && !preprocessing.test(name))).to.deep.equal(
      [],
    );
  });
});
