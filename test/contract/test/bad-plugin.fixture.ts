import { describePlugin } from "@fastap/contract";
import { definePlugin } from "@fastap/kernel";

/** Breaks every law that it can and still compose. */
const bad = definePlugin({
  meta: { name: "bad", version: "0.1.0", kernel: "^0.1.0", reads: [] },
  parseOptions: (raw) => raw,
  apply(host) {
    Object.assign(globalThis, { [`bad${Math.floor(performance.now() * 1000)}`]: 1 });
    host.hooks.run.tap("bad", (run) => {
      run.hooks.beforeBatch.tap("service-doubles", () => {
        run.engine.keep(run.engine.from([1], [])); // leaks
      });
      run.hooks.afterLoss.tap("bad", (r) => {
        r.lossGrad = r.loss;
      });
    });
  },
});

describePlugin(bad);
