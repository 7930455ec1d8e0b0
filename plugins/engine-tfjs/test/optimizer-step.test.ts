import type { StepItem, StepRule } from "@fastap/kernel";
import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine, expectClose, numbers, thrownBy, withoutLeak } from "./cpu-engine.ts";

const hypers = { lr: 0.1, mom: 0.9, sqrMom: 0.99, eps: 1e-5, t: 1, wd: 0, l2: 0 };

/** One step on plain numbers, written from fastai's functions. */
function stepByLoops(
  rule: StepRule,
  p: number[],
  g: number[],
  avg: number[] | undefined,
  sqr: number[] | undefined,
  h: typeof hypers,
): number[] {
  const kept = p.map((x) => x * (1 - h.lr * h.wd));
  const grad = g.map((x, i) => x + h.l2 * (kept[i] ?? 0));
  const damp = rule === "adam" || rule === "lamb" ? 1 - h.mom : 1;
  grad.forEach((x, i) => {
    if (avg !== undefined) avg[i] = h.mom * (avg[i] ?? 0) + damp * x;
    if (sqr !== undefined) sqr[i] = h.sqrMom * (sqr[i] ?? 0) + (1 - h.sqrMom) * x * x;
  });
  const update = (avg ?? grad).map((x, i) => {
    if (rule === "sgd") return x;
    if (rule === "rmsprop") return x / (Math.sqrt(sqr?.[i] ?? 0) + h.eps);
    return x / (1 - h.mom ** h.t) / (Math.sqrt((sqr?.[i] ?? 0) / (1 - h.sqrMom ** h.t)) + h.eps);
  });
  const size = (values: number[]): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
  const both = size(kept) * size(update);
  const trust = rule !== "lamb" || both === 0 ? 1 : Math.min(size(kept) / size(update), 10);
  return kept.map((x, i) => x - h.lr * trust * (update[i] ?? 0));
}

const moments: readonly (readonly [StepRule, avg: boolean, sqrAvg: boolean])[] = [
  ["sgd", false, false],
  ["sgd", true, false],
  ["rmsprop", false, true],
  ["rmsprop", true, true],
  ["adam", true, true],
  ["lamb", true, true],
];

describe("optimizerStep", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  for (const [rule, hasAvg, hasSqrAvg] of moments) {
    for (const decay of [{}, { wd: 0.3 }, { l2: 0.3 }]) {
      it(`${rule}${hasAvg ? " with momentum" : ""} follows fastai over changing hypers, decay ${JSON.stringify(decay)}`, () =>
        withoutLeak(() => {
          let p = [0.5, -2, 0];
          const [avg, sqr] = [hasAvg ? [0, 0, 0] : undefined, hasSqrAvg ? [0, 0, 0] : undefined];
          const zeros = (wanted: boolean): tf.Tensor | undefined => (wanted ? tf.zeros([3]) : undefined);
          let now: { param: tf.Tensor; avg?: tf.Tensor | undefined; sqrAvg?: tf.Tensor | undefined } = {
            param: tf.tensor1d(p),
            ...{ avg: zeros(hasAvg), sqrAvg: zeros(hasSqrAvg) },
          };
          for (let t = 1; t <= 5; t++) {
            const h = { ...hypers, lr: 0.1 / t, mom: 0.9 - 0.05 * t, t, ...decay };
            const g = [Math.sin(t), Math.cos(t), 0];
            p = stepByLoops(rule, p, g, avg, sqr, h);
            const grad = tf.tensor1d(g);
            const [next] = engine.ops.optimizerStep(rule, [{ ...now, grad, ...h }]);
            for (const [name, old] of Object.entries(now)) if (old !== next?.[name as keyof typeof now]) tf.dispose(old);
            grad.dispose();
            now = next as typeof now;
            expectClose(now.param, p, 1e-6);
            if (avg !== undefined) expectClose(now.avg ?? [], avg, 1e-6);
            if (sqr !== undefined) expectClose(now.sqrAvg ?? [], sqr, 1e-6);
          }
          tf.dispose(now);
        }));
    }
  }

  it("calls the backend's kernel once for all parameters, and hands out what it returns in order", () =>
    withoutLeak(() => {
      const seen: unknown[] = [];
      tf.registerKernel({ kernelName: "FastapOptimizerStep", backendName: "cpu", kernelFunc: ({ attrs, inputs }) => {
        const { entries } = attrs as unknown as { entries: readonly { rate: number }[] };
        seen.push({ rates: entries.map(({ rate }) => rate), inputs: Object.keys(inputs) });
        return [tf.scalar(1), tf.scalar(2), tf.scalar(3)];
      } }); // prettier-ignore
      const x = numbers(1, [2]);
      const results = engine.ops.optimizerStep("sgd", [
        { param: x, grad: x, avg: x, ...hypers },
        { param: x, grad: x, ...hypers },
      ]);
      tf.unregisterKernel("FastapOptimizerStep", "cpu");
      expect(seen).to.deep.equal([{ rates: [hypers.lr, hypers.lr], inputs: ["0", "1", "2", "4", "5"] }]);
      const read = results.map(({ param, avg }) => [param.dataSync()[0], avg?.dataSync()[0]]);
      expect(read).to.deep.equal([[1, 2], [3, undefined]]); // prettier-ignore
      tf.dispose([x, ...results.flatMap(({ param, avg }) => (avg === undefined ? [param] : [param, avg]))]);
    }));

  it("names what is wrong before anything moves", () =>
    withoutLeak(() => {
      const [two, three] = [tf.ones([2]), tf.ones([3])];
      const bad: [string, StepRule, Partial<StepItem>][] = [
        ["grad", "sgd", { grad: three }],
        ["avg", "adam", { sqrAvg: two }],
        ["sqrAvg", "rmsprop", {}],
        ["sqrAvg", "sgd", { sqrAvg: two }],
        ["local", "larc", {}],
      ];
      for (const [input, rule, item] of bad) {
        const error = thrownBy(() => engine.ops.optimizerStep(rule, [{ param: two, grad: two, ...hypers, ...item }]));
        expect(error).to.have.property("code", "E_ENGINE_OP_INPUT");
        expect(String(error)).to.contain(input);
      }
      tf.dispose([two, three]);
    }));
});
