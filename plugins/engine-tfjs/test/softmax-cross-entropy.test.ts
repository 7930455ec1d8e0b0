import { readFileSync } from "node:fs";
import type { CrossEntropyOptions } from "@fastap/kernel";
import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine, expectClose, numbers, numericGrad, thrownBy, withoutLeak } from "./cpu-engine.ts";

interface Stored {
  readonly shape: number[];
  readonly data: number[];
}
interface GoldenCase {
  readonly inputs: Record<"z" | "y" | "y_ignore" | "w", Stored>;
  readonly expected: readonly ({ readonly loss: string } & Record<
    "mean" | "sum" | "none",
    { readonly value: Stored; readonly grad: Stored }
  >)[];
  readonly tolerance: { readonly rel: number; readonly abs: number };
}
const golden = JSON.parse(
  readFileSync(new URL("../../../test/golden/cases/losses/classification.json", import.meta.url), "utf8"),
) as GoldenCase;
const tolerance = golden.tolerance.abs + golden.tolerance.rel;

/** The golden losses that PyTorch's cross_entropy gives, and what each needs. */
const variants: Record<string, { readonly weight?: true; readonly labels?: "y_ignore"; readonly options: Partial<CrossEntropyOptions> }> = {
  "CrossEntropyLossFlat()": { options: {} },
  "CrossEntropyLossFlat(weight=w)": { weight: true, options: {} },
  "CrossEntropyLossFlat(ignore_index=-100) [targets y_ignore]": { labels: "y_ignore", options: { ignoreIndex: -100 } },
  "CrossEntropyLossFlat(weight=w, ignore_index) [targets y_ignore]": { weight: true, labels: "y_ignore", options: { ignoreIndex: -100 } },
  "LabelSmoothingCrossEntropyFlat()": { options: { labelSmoothing: 0.1 } },
  "LabelSmoothingCrossEntropyFlat(eps=0.2)": { options: { labelSmoothing: 0.2 } },
};

let engine: TfjsEngine;

async function start(): Promise<void> {
  engine = await cpuEngine();
}

/** Value and gradient of the summed loss. */
function run(logits: tf.Tensor, labels: tf.Tensor, options: CrossEntropyOptions): { value: tf.Tensor; grad: tf.Tensor } {
  const value = engine.ops.softmaxCrossEntropy(logits, labels, options);
  const f = (): tf.Tensor => tf.sum(engine.ops.softmaxCrossEntropy(logits, labels, options));
  const { value: total, grads } = engine.valueAndGrad(new Map([["logits", logits]]), f);
  total.dispose();
  return { value, grad: grads.get("logits") ?? tf.scalar(Number.NaN) };
}

describe("softmaxCrossEntropy", () => {
  before(start);

  for (const { loss, ...results } of golden.expected) {
    const variant = variants[loss];
    if (variant === undefined) continue; // focal loss and fastai's weighted smoothing belong to plugin losses
    for (const reduction of ["mean", "sum", "none"] as const) {
      it(`equals the golden ${loss}, reduction ${reduction}`, () =>
        withoutLeak(() => {
          const { z, w } = golden.inputs;
          const logits = tf.tensor(z.data, z.shape);
          const labels = tf.tensor1d(golden.inputs[variant.labels ?? "y"].data, "int32");
          const weight = tf.tensor1d(w.data);
          const { value, grad } = run(logits, labels, { reduction, ...variant.options, ...(variant.weight && { weight }) });
          const expected = results[reduction];
          expect(value.shape).to.deep.equal(expected.value.shape);
          expectClose(value, expected.value.data, 16 * tolerance); // sums reach 16
          expectClose(grad, expected.grad.data, tolerance);
          tf.dispose([logits, labels, weight, value, grad]);
        }));
    }
  }

  it("has the right gradient with everything at once, an ignored class in range included", () =>
    withoutLeak(() => {
      const [logits, weight] = [numbers(1, [5, 4]), tf.tensor1d([0.5, 1, 2, 3])];
      const labels = tf.tensor1d([0, 2, 1, 2, 3], "int32");
      const options: CrossEntropyOptions = { reduction: "mean", weight, ignoreIndex: 2, labelSmoothing: 0.3 };
      const { value, grad } = run(logits, labels, options);
      const numeric = numericGrad((moved) => engine.ops.softmaxCrossEntropy(moved, labels, options).dataSync()[0] ?? 0, logits);
      expectClose(grad, numeric, 1e-3);
      expectClose(Array.from(grad.dataSync()).slice(4, 8), [0, 0, 0, 0], 0);
      tf.dispose([logits, weight, labels, value, grad]);
    }));

  it("weights the smoothed part too, as PyTorch does", () =>
    withoutLeak(() => {
      // torch.nn.functional.cross_entropy([[1, 2, 3]], [0], weight=[1, 2, 3], label_smoothing=0.3):
      // 0.7·1·2.4076 + 0.1·(1·2.4076 + 2·1.4076 + 3·0.4076), divided by the weight 1 of class 0
      const [logits, labels, weight] = [tf.tensor2d([[1, 2, 3]]), tf.tensor1d([0], "int32"), tf.tensor1d([1, 2, 3])];
      const value = engine.ops.softmaxCrossEntropy(logits, labels, { reduction: "mean", weight, labelSmoothing: 0.3 });
      expectClose(value, [0.7 * 2.407606 + 0.1 * (2.407606 + 2 * 1.407606 + 3 * 0.407606)], 1e-5);
      tf.dispose([logits, labels, weight, value]);
    }));
});

describe("softmaxCrossEntropy at the edges", () => {
  before(start);

  it("stays finite for huge logits, and is NaN where every row is ignored", () =>
    withoutLeak(() => {
      const logits = tf.tensor2d([[1e4, -1e4], [0, 1e4]]); // prettier-ignore
      const [labels, none] = [tf.tensor1d([1, 1], "int32"), tf.tensor1d([-100, -100], "int32")];
      const { value, grad } = run(logits, labels, { reduction: "mean" });
      expectClose(value, [1e4], 1);
      expectClose(grad, [0.5, -0.5, 0, 0], 1e-6);
      const nothing = engine.ops.softmaxCrossEntropy(logits, none, { reduction: "mean", ignoreIndex: -100 });
      expect(nothing.dataSync()[0]).to.be.NaN;
      tf.dispose([logits, labels, none, value, grad, nothing]);
    }));

  it("keeps all digits of a loss near 0 and of its gradient, where 1 − p would be float32's rounding of 1", () =>
    withoutLeak(() => {
      const [logits, labels] = [tf.tensor2d([[12, 0, -1]]), tf.tensor1d([0], "int32")];
      const { value, grad } = run(logits, labels, { reduction: "sum" });
      const odds = [Math.exp(-12), Math.exp(-13)];
      const rest = odds.reduce((a, b) => a + b);
      expectClose(
        value.dataSync().map((loss) => loss / Math.log1p(rest)),
        [1],
        5e-7,
      );
      const want = [-rest, ...odds].map((odd) => odd / (1 + rest));
      expectClose(
        grad.dataSync().map((slope, i) => slope / (want[i] ?? NaN)),
        [1, 1, 1],
        5e-7,
      );
      tf.dispose([logits, labels, value, grad]);
    }));

  it("takes an impossible class, of logit −∞", () =>
    withoutLeak(() => {
      const [logits, labels] = [tf.tensor2d([[1, -Infinity, 1]]), tf.tensor1d([0], "int32")];
      const { value, grad } = run(logits, labels, { reduction: "sum" });
      expectClose(value, [Math.LN2], 1e-6);
      expectClose(grad, [-0.5, 0, 0.5], 1e-6);
      tf.dispose([logits, labels, value, grad]);
    }));

  it("calls the backend's kernel where there is one, ignored labels marked and options passed on", () =>
    withoutLeak(() => {
      const seen: unknown[] = [];
      tf.registerKernel({ kernelName: "FastapSoftmaxCrossEntropy", backendName: "cpu", kernelFunc: ({ inputs, attrs }) => {
        const labels = Array.from((inputs["labels"] as tf.Tensor).dataSync());
        seen.push([...labels, "weight" in inputs, attrs?.["labelSmoothing"], attrs?.["reduction"], attrs?.["ignored"]]);
        return [attrs?.["reduction"] === undefined ? tf.tensor1d([3, 0, 5]) : tf.scalar(8), tf.fill([3, 2], 0.5)];
      } }); // prettier-ignore
      const [logits, weight] = [numbers(1, [3, 2]), tf.ones([2])];
      const labels = tf.tensor1d([0, 1, 0], "int32");
      const first = run(logits, labels, { reduction: "sum" });
      const second = run(logits, labels, { reduction: "mean", ignoreIndex: 1 });
      const third = run(logits, labels, { reduction: "none", weight, labelSmoothing: 0.5 });
      tf.unregisterKernel("FastapSoftmaxCrossEntropy", "cpu");
      const calls = [[0, 1, 0, false, 0, "sum", undefined], [0, -1, 0, false, 0, "mean", -1], [0, 1, 0, true, 0.5, undefined, undefined]]; // prettier-ignore
      expect(seen).to.deep.equal(calls.flatMap((call) => [call, call]));
      expect([first, second, third].map(({ value }) => Array.from(value.dataSync()))).to.deep.equal([[8], [8], [3, 0, 5]]);
      for (const { grad } of [first, second, third]) expectClose(grad, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 0);
      tf.dispose([logits, weight, labels, ...Object.values(first), ...Object.values(second), ...Object.values(third)]);
    }));

  it("names what is wrong with its input", () =>
    withoutLeak(() => {
      const [logits, labels] = [tf.ones([2, 3]), tf.tensor1d([0, 1], "int32")];
      const attempts: [string, tf.Tensor, tf.Tensor, Partial<CrossEntropyOptions>][] = [
        ["logits", labels, labels, {}],
        ["labels", logits, logits, {}],
        ["weight", logits, labels, { weight: labels }],
        ["labelSmoothing", logits, labels, { labelSmoothing: 2 }],
      ];
      for (const [input, x, y, options] of attempts) {
        const error = thrownBy(() => engine.ops.softmaxCrossEntropy(x, y, { reduction: "mean", ...options }));
        expect(error).to.have.property("code", "E_ENGINE_OP_INPUT");
        expect(String(error)).to.contain(input);
      }
      tf.dispose([logits, labels]);
    }));
});
