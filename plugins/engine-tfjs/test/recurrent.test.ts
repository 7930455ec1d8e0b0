import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine, expectClose, numbers, numericGrad, thrownBy, withoutLeak } from "./cpu-engine.ts";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe("lstm and gru", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  function given(parts: number, states: readonly string[]): Map<string, tf.Tensor> {
    const shapes = { x: [3, 2, 2], ih: [3 * parts, 2], hh: [3 * parts, 3], biasIh: [3 * parts], biasHh: [3 * parts] };
    const all = [...Object.entries(shapes), ...states.map((name) => [name, [2, 3]] as const)];
    return new Map(all.map(([name, shape], i) => [name, numbers(i + 1, [...shape])]));
  }

  function run(values: ReadonlyMap<string, tf.Tensor>): tf.Tensor[] {
    const get = (name: string): tf.Tensor => values.get(name) as tf.Tensor;
    const weights = { ih: get("ih"), hh: get("hh"), biasIh: get("biasIh"), biasHh: get("biasHh") };
    if (!values.has("c0")) return Object.values(engine.ops.gru(get("x"), get("h0"), weights)) as tf.Tensor[];
    return Object.values(engine.ops.lstm(get("x"), get("h0"), get("c0"), weights)) as tf.Tensor[];
  }

  for (const [name, parts, states] of [
    ["lstm", 4, ["h0", "c0"]],
    ["gru", 3, ["h0"]],
  ] as const) {
    // prettier-ignore
    it(`${name} has the right gradient in everything, through every result`, () =>
      withoutLeak(() => {
        const params = given(parts, states);
        const loss = (values: ReadonlyMap<string, tf.Tensor>): tf.Tensor =>
          run(values)
            .map((x, i) => tf.sum(tf.mul(x, numbers(20 + i, x.shape))))
            .reduce((a, b) => tf.add(a, b));
        const { value, grads } = engine.valueAndGrad(params, () => loss(params));
        for (const [param, x] of params) {
          const numeric = numericGrad((moved) => loss(new Map([...params, [param, moved]])).dataSync()[0] ?? 0, x);
          expectClose(grads.get(param) ?? [], numeric, 1e-3);
        }
        tf.dispose([value, ...params.values(), ...grads.values()]);
      }));
  }

  it("follow PyTorch's formulas and order of gates, by hand for one unit", () =>
    withoutLeak(() => {
      const [i, f, g, o] = [0.1, 0.2, 0.3, 0.4];
      const column = (...values: number[]): tf.Tensor => tf.tensor2d(values, [values.length, 1]);
      const [x, h, c] = [tf.tensor3d([2], [1, 1, 1]), column(0.5), column(-1)];
      const lstm = { ih: column(i, f, g, o), hh: column(o, g, f, i), biasIh: tf.tensor1d([1, 0, 0, 0]), biasHh: tf.tensor1d([0, 0, 0, 1]) };
      const first = engine.ops.lstm(x, h, c, lstm);
      const cell = sigmoid(2 * f + 0.5 * g) * -1 + sigmoid(2 * i + 0.5 * o + 1) * Math.tanh(2 * g + 0.5 * f);
      expectClose(first.c, [cell], 1e-6);
      expectClose(first.h, [sigmoid(2 * o + 0.5 * i + 1) * Math.tanh(cell)], 1e-6);
      const gru = { ih: column(i, f, g), hh: column(g, f, i), biasIh: tf.tensor1d([0, 0, 1]), biasHh: tf.tensor1d([0, 0, 2]) };
      const second = engine.ops.gru(x, h, gru);
      const [r, z] = [sigmoid(2 * i + 0.5 * g), sigmoid(2 * f + 0.5 * f)];
      const n = Math.tanh(2 * g + 1 + r * (0.5 * i + 2));
      expectClose(second.h, [(1 - z) * n + z * 0.5], 1e-6);
      tf.dispose([x, h, c, ...Object.values(lstm), ...Object.values(gru)]);
      tf.dispose([...Object.values(first), ...Object.values(second)]);
    }));

  it("name what does not fit", () =>
    withoutLeak(() => {
      const params = given(4, ["h0", "c0"]);
      for (const [name, input] of Object.entries({ x: "x", hh: "weights.hh", biasHh: "weights.biasHh", c0: "c0" })) {
        const wrong = tf.zeros([1, 1]);
        const error = thrownBy(() => run(new Map([...params, [name, wrong]])));
        expect(error).to.have.property("code", "E_ENGINE_OP_INPUT");
        expect(String(error)).to.contain(input);
        wrong.dispose();
      }
      tf.dispose([...params.values()]);
    }));
});
