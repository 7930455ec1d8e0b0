import { readFileSync } from "node:fs";
import { cpuBackend } from "@fastap/plugin-backend-cpu";
import { createEngine, createRandom } from "@fastap/plugin-engine-tfjs";
import { Embedding, GRU, Linear, LSTM, Sequential } from "@fastap/plugin-nn";
import type { Module, RecurrentOptions } from "@fastap/plugin-nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { stateOf } from "../../../test/golden/layers/layer-case.ts";
import { decodeTensor } from "../../../test/golden/tensor.ts";

const engine = createEngine();
const services = () => ({ engine, random: createRandom(1) });
const tensorsOf = (pred: unknown): tf.Tensor[] => (Array.isArray(pred) ? pred : [pred]) as tf.Tensor[];
const sequence = (...shape: number[]): tf.Tensor =>
  tf.reshape(
    tf.sin(
      tf.range(
        0,
        shape.reduce((a, b) => a * b, 1),
      ),
    ),
    shape,
  );

function near(got: tf.Tensor | undefined, want: ArrayLike<number>, tolerance = 1e-5): void {
  const numbers = Array.from(got?.dataSync() ?? []);
  expect(numbers).to.have.length(want.length);
  numbers.forEach((v, i) => expect(v, `element ${i}`).to.be.closeTo(want[i] ?? NaN, tolerance));
}

describe("LSTM and GRU", () => {
  let tensors = 0;
  before(async () => await engine.activate(cpuBackend));
  beforeEach(() => void (tensors = tf.memory().numTensors));
  afterEach(() => expect(tf.memory().numTensors).to.equal(tensors));

  it("equal the recurrent stack of fastai's AWD-LSTM, with states carried over calls", async () => {
    const golden = JSON.parse(readFileSync(new URL("../../../test/golden/cases/models/awd_lstm_eval.json", import.meta.url), "utf8"));
    const state = stateOf(golden.inputs);
    const options = { batchFirst: true, returnState: true };
    const [encoder, rnns] = [new Embedding(11, 5), [new LSTM(5, 7, options), new LSTM(7, 7, options), new LSTM(7, 5, options)]];
    for (const module of [encoder, ...rnns]) module.init(services());
    encoder.loadStateDict(new Map([["weight", state.get("encoder.weight") as never]]));
    for (const [i, rnn] of rnns.entries()) {
      const part = (name: string) => state.get(`rnns.${i}.${name}`) as never;
      const names = ["weight_ih_l0", "bias_ih_l0", "bias_hh_l0"] as const;
      rnn.loadStateDict(
        new Map([...names.map((name) => [name, part(`module.${name}`)] as const), ["weight_hh_l0", part("weight_hh_l0_raw")]]),
      );
      rnn.train(false);
    }
    tf.tidy(() => {
      let states: tf.Tensor[][] = [[], [], []];
      for (const [call, ids] of golden.inputs.ids.slice(0, 2).entries()) {
        let x = tensorsOf(encoder.forward(tf.tensor([...decodeTensor(ids).data], ids.shape, "int32")))[0] as tf.Tensor;
        states = rnns.map((rnn, i) => {
          const [output, ...next] = tensorsOf(rnn.forward(x, ...(states[i] ?? [])));
          x = output as tf.Tensor;
          return next;
        });
        near(x, decodeTensor(golden.expected.calls[call].output).data);
      }
    });
    for (const module of [encoder, ...rnns]) module.dispose();
  });

  for (const [name, make] of Object.entries<(options: RecurrentOptions) => Module>({
    lstm: (options) => new LSTM(3, 4, options),
    gru: (options) => new GRU(3, 4, options),
  })) {
    it(`${name}: names, shapes and directions are PyTorch's`, async () => {
      const model = make({ numLayers: 2, bidirectional: true, returnState: true });
      model.init(services());
      const parts = name === "lstm" ? 4 : 3;
      const shapes = Object.fromEntries([...(await model.stateDict())].map(([key, { shape }]) => [key, shape]));
      expect(Object.keys(shapes)).to.deep.equal(
        ["l0", "l0_reverse", "l1", "l1_reverse"].flatMap((at) =>
          ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((part) => `${part}_${at}`),
        ),
      );
      expect(shapes["weight_ih_l1_reverse"]).to.deep.equal([4 * parts, 8]);
      tf.tidy(() => {
        const [output, ...states] = tensorsOf(model.forward(sequence(5, 2, 3)));
        expect(output?.shape).to.deep.equal([5, 2, 8]);
        expect(states.map(({ shape }) => shape)).to.deep.equal(states.map(() => [4, 2, 4]));
        expect(states).to.have.length(name === "lstm" ? 2 : 1);
        // The last layer's states: forwards at the last step, backwards at the first.
        const h = states[0] as tf.Tensor;
        near(tf.slice(h, 2, 1), tf.slice(output as tf.Tensor, [4, 0, 0], [1, 2, 4]).dataSync(), 0);
        near(tf.slice(h, 3, 1), tf.slice(output as tf.Tensor, [0, 0, 4], [1, 2, 4]).dataSync(), 0);
      });
      model.dispose();
    });

    it(`${name}: two halves with the state between are the whole, and batchFirst only turns the axes`, async () => {
      const [model, turned] = [make({ returnState: true }), make({ batchFirst: true })];
      model.init(services());
      turned.init(services());
      turned.loadStateDict(await model.stateDict());
      tf.tidy(() => {
        const x = sequence(6, 2, 3);
        const [whole] = tensorsOf(model.forward(x));
        const [first, ...states] = tensorsOf(model.forward(tf.slice(x, 0, 2)));
        const [second] = tensorsOf(model.forward(tf.slice(x, 2, 4), ...states));
        near(tf.concat([first as tf.Tensor, second as tf.Tensor]), whole?.dataSync() ?? [], 1e-6);
        const [other] = tensorsOf(turned.forward(tf.transpose(x, [1, 0, 2])));
        near(tf.transpose(other as tf.Tensor, [1, 0, 2]), whole?.dataSync() ?? [], 1e-6);
      });
      model.dispose();
      turned.dispose();
    });
  }

  it("stand in a Sequential, with a gradient for every parameter and dropout between layers in training only", () => {
    const model = new Sequential(new Embedding(9, 3), new LSTM(3, 4, { numLayers: 2, dropout: 0.5 }), new GRU(4, 5), new Linear(5, 9));
    model.init(services());
    const ids = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2], "int32");
    const params = new Map(model.parameters().map((p) => [p.name, p.value as tf.Tensor]));
    const { value, grads } = engine.valueAndGrad(params, () => tf.sum(tf.square(model.forward(ids) as tf.Tensor)));
    expect([...grads.keys()]).to.deep.equal([...params.keys()]);
    const twice = (): boolean =>
      tf.tidy(() => {
        const [a, b] = [model.forward(ids), model.forward(ids)].map((y) => Array.from((y as tf.Tensor).dataSync()));
        return String(a) === String(b);
      });
    expect(twice()).to.equal(false);
    model.train(false);
    expect(twice()).to.equal(true);
    model.dispose();
    tf.dispose([value, ids, ...grads.values()]);
  });

  it("say what does not fit", () => {
    const model = new LSTM(3, 4);
    model.init(services());
    tf.tidy(() => {
      expect(() => model.forward(tf.zeros([5, 2, 2]))).to.throw(/E_NN_SHAPE[^]*\[steps, batch, 3\]/);
      expect(() => model.forward(tf.zeros([5, 2, 3]), tf.zeros([1, 2, 4]))).to.throw(/E_NN_SHAPE[^]*2 states \[1, 2, 4\]/);
    });
    expect(() => new GRU(3, 4, { dropout: 1 })).to.throw(/E_NN_OPTION[^]*dropout/);
    expect(() => new GRU(3, 0)).to.throw(/E_NN_OPTION[^]*hiddenSize/);
    model.dispose();
  });
});
