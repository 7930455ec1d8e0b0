import { composedOps, createEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";
import type { FusedOps } from "@fastap/kernel";
import { expectClose, makeBackend, numbers, size } from "./both-backends.ts";

const engine = createEngine();
type Kind = "lstm" | "gru";

function tensorsOf(kind: Kind, steps: number, batch: number, inputs: number, hidden: number): Map<string, tf.Tensor> {
  const width = (kind === "lstm" ? 4 : 3) * hidden;
  const shapes: Record<string, number[]> = {
    x: [steps, batch, inputs],
    ih: [width, inputs],
    hh: [width, hidden],
    biasIh: [width],
    biasHh: [width],
    h0: [batch, hidden],
    ...(kind === "lstm" ? { c0: [batch, hidden] } : {}),
  };
  return new Map(Object.entries(shapes).map(([name, shape], i) => [name, tf.tensor(numbers(size(shape), i), shape)]));
}

function run(kind: Kind, ops: FusedOps, tensors: ReadonlyMap<string, tf.Tensor>): tf.Tensor[] {
  const get = (name: string): tf.Tensor => tensors.get(name) as tf.Tensor;
  const weights = { ih: get("ih"), hh: get("hh"), biasIh: tensors.get("biasIh"), biasHh: tensors.get("biasHh") };
  if (kind === "gru") return Object.values(ops.gru(get("x"), get("h0"), weights)) as tf.Tensor[];
  const { output, h, c } = ops.lstm(get("x"), get("h0"), get("c0"), weights);
  return [output, h, c];
}

/** Results and the gradients of a weighted sum of them all. */
function evaluate(kind: Kind, ops: FusedOps, tensors: ReadonlyMap<string, tf.Tensor>): { name: string; data: Float32Array }[] {
  const results = tf.tidy(() => run(kind, ops, tensors).map((x, i) => ({ name: `result ${i}`, data: x.dataSync<"float32">() })));
  const loss = (): tf.Tensor =>
    run(kind, ops, tensors)
      .map((x, i) => tf.sum(tf.mul(x, tf.tensor(numbers(x.size, 50 + i), x.shape))))
      .reduce((a, b) => tf.add(a, b));
  const { value, grads } = engine.valueAndGrad(tensors, loss);
  const all = [...grads].map(([name, grad]) => ({ name: `gradient ${name}`, data: grad.dataSync<"float32">() }));
  expect(grads.size).to.equal(tensors.size);
  tf.dispose([value, ...grads.values()]);
  return [...results, ...all];
}

describe("recurrent layers on wasm", () => {
  let tensors = 0;
  before(async () => await engine.activate(await makeBackend()));
  beforeEach(() => void (tensors = tf.memory().numTensors));
  afterEach(() => expect(tf.memory().numTensors).to.equal(tensors));

  for (const kind of ["lstm", "gru"] as const) {
    it(`${kind} equals its composed definition, gradients included, for any sizes`, () => {
      const length = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
      fc.assert(
        fc.property(length(6), length(9), length(11), length(21), (steps, batch, inputs, hidden) => {
          const given = tensorsOf(kind, steps, batch, inputs, hidden);
          const expected = evaluate(kind, composedOps, given);
          const actual = evaluate(kind, engine.ops, given);
          expected.forEach(({ name, data }, i) => expectClose(actual[i]?.data ?? [], data, 3e-6, name));
          tf.dispose([...given.values()]);
        }),
        { numRuns: 20 },
      );
    });

    it(`${kind} with a hidden size of several panels and blocks, a batch of more than one, and no biases`, () => {
      const given = tensorsOf(kind, 2, 101, 3, 261);
      given.forEach((tensor, name) => name.startsWith("bias") && tensor.dispose());
      for (const name of ["biasIh", "biasHh"]) given.delete(name);
      const expected = evaluate(kind, composedOps, given);
      const actual = evaluate(kind, engine.ops, given);
      expected.forEach(({ name, data }, i) => expectClose(actual[i]?.data ?? [], data, 1e-5, name));
      tf.dispose([...given.values()]);
    });

    it(`${kind} carries NaN and saturates`, () => {
      const given = tensorsOf(kind, 2, 2, 1, 3);
      const x = given.get("x") as tf.Tensor;
      given.set("x", tf.tensor3d([NaN, 1e4, 0, -1e4], [2, 2, 1]));
      const [expected, actual] = [composedOps, engine.ops].map((ops) =>
        tf.tidy(() => Array.from(run(kind, ops, given)[0]?.dataSync() ?? [])),
      );
      expectClose(actual ?? [], expected ?? [], 1e-6);
      tf.dispose([x, ...given.values()]);
    });
  }
});
