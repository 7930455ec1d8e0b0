import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { useNative } from "./native.ts";

/** The process may take no more addresses until `use` is done. The WebAssembly heap has all of its own already. */
function withoutNewMemory(use: () => void): void {
  const pages = Number(readFileSync("/proc/self/statm", "utf8").split(" ")[0]);
  const limit = (soft: string): Buffer => execFileSync("prlimit", ["--pid", String(process.pid), `--as=${soft}:`]);
  limit(String(pages * 4096 + (4 << 20)));
  try {
    use();
  } finally {
    limit("unlimited");
  }
}

describe("memory that the system does not have", () => {
  before(async function () {
    if (process.platform !== "linux" || spawnSync("prlimit", ["--version"]).status !== 0) {
      console.log("      skipped: there is no prlimit to take memory away with");
      return this.skip();
    }
    await useNative(this, { threads: 1 });
  });

  it("is an error with its size and the kernel, and the next call has its numbers", () => {
    const x = tf.ones([2, 8 << 20]);
    let refusal: unknown;
    withoutNewMemory(() => {
      try {
        tf.sum(x, 0).dispose();
      } catch (error) {
        refusal = error;
      }
    });
    expect(String(refusal)).to.match(/E_BACKEND_NATIVE_MEMORY: out of memory: the system has no \d+ bytes for the work of sumMiddle/);
    const total = tf.tidy(() => tf.min(tf.sum(x, 0)).dataSync()[0]);
    x.dispose();
    expect(total).to.equal(2);
  });
});
