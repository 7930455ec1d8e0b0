import { expect } from "chai";
import { fastap, inDirectory, lastJson, MNIST } from "./fastap.ts";

/** The MNIST recipe on a backend, 50 steps of 8 digits. Fewer rows would squeeze the schedule: at lr 0.1 the recipe itself is chaotic. */
async function losses(backend: string): Promise<readonly number[]> {
  const limits = ["--bs", "8", "--max-steps", "50"];
  const args = (dir: string): string[] => ["train", "--config", MNIST, "--backend", backend, ...limits, "--losses", "--json", "--out", dir];
  const summary = await inDirectory({}, async (dir) => lastJson(await fastap(args(dir))));
  expect(summary).to.have.property("backend", backend);
  return summary["losses"] as readonly number[];
}

describe("one recipe on two backends", function () {
  this.timeout(120_000);

  it("gives the same losses over 50 steps, to 1e-5 relative, and the same bits twice", async () => {
    const [cpu, wasm, again] = [await losses("cpu"), await losses("wasm"), await losses("wasm")];
    expect(wasm).to.have.length(50);
    expect(again).to.deep.equal(wasm);
    const worst = Math.max(...wasm.map((loss, i) => Math.abs(loss - (cpu[i] ?? NaN)) / Math.abs(cpu[i] ?? NaN)));
    expect(worst).to.be.lessThan(1e-5);
  });
});
