import { ArrayDataset, DataLoader } from "@fastap/plugin-data";
import { expect } from "chai";
import { CountingEngine } from "./counting-engine.ts";

/** As long as a step that keeps the thread. */
function work(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

describe("EventLoop", () => {
  for (const [where, immediate] of [
    ["Node", setImmediate],
    ["a browser", undefined],
  ] as const) {
    it(`turns between batches of data in memory, in ${where}: timers and signals are heard in short epochs, too`, async () => {
      const { setImmediate: own } = globalThis;
      Object.assign(globalThis, { setImmediate: immediate });
      try {
        const dataset = new ArrayDataset([{ data: new Float32Array(20), shape: [] }]);
        const counting = new CountingEngine();
        let heard = false;
        let batches = 0;
        setTimeout(() => (heard = true), 1);
        const loader = new DataLoader(dataset, { engine: counting.engine, bs: 10 });
        for (let epoch = 0; epoch < 10 && !heard; epoch++) {
          for await (const batch of loader) {
            for (const tensor of batch) tensor.dispose();
            batches++;
            work(20);
          }
        }
        expect(batches).to.be.at.most(6);
        expect(counting.alive).to.equal(0);
      } finally {
        Object.assign(globalThis, { setImmediate: own });
      }
    });
  }
});
