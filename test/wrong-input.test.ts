import { createHost, type Host, type Tensor } from "@fastap/kernel";
import { backendNative } from "@fastap/plugin-backend-native";
import { crossEntropyLossFlat } from "@fastap/plugin-losses";
import { BatchNorm, Conv2d, Embedding, GRU, Linear, LSTM, type Module, Sequential } from "@fastap/plugin-nn";
import { core } from "@fastap/preset-core";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

const zeros = (dtype: "float32" | "int32" | "bool", ...shape: number[]): (() => Tensor) => {
  return () => tf.zeros(shape, dtype);
};

/** What a layer is given, and what its error says of it. */
const layers: readonly (readonly [make: () => Module, input: () => Tensor, expected: string, received: string])[] = [
  [() => new Conv2d(3, 4, 3), zeros("float32", 2, 8, 8, 5), "float32 [batch, height, width, 3]", "float32 [2, 8, 8, 5]"],
  [() => new Conv2d(3, 4, 3), zeros("int32", 2, 8, 8, 3), "float32 [batch, height, width, 3]", "int32 [2, 8, 8, 3]"],
  [() => new Linear(4, 2), zeros("float32", 2, 5), "float32 […, 4]", "float32 [2, 5]"],
  [() => new Linear(4, 2), zeros("bool", 2, 4), "float32 […, 4]", "bool [2, 4]"],
  [() => new Embedding(4, 2), zeros("float32", 2, 4), "int32 ids of any shape", "float32 [2, 4]"],
  [() => new LSTM(4, 2), zeros("float32", 2, 5, 3), "float32 [steps, batch, 4]", "float32 [2, 5, 3]"],
  [() => new LSTM(4, 2), zeros("int32", 2, 5, 4), "float32 [steps, batch, 4]", "int32 [2, 5, 4]"],
  [() => new GRU(4, 2), zeros("bool", 2, 5, 4), "float32 [steps, batch, 4]", "bool [2, 5, 4]"],
  [() => new BatchNorm(4), zeros("float32", 2, 5), "float32 [batch, …, 4]", "float32 [2, 5]"],
  [() => new BatchNorm(4), zeros("int32", 2, 4), "float32 [batch, …, 4]", "int32 [2, 4]"],
];

for (const backend of ["cpu", "wasm", "native"]) {
  describe(`tensors of the wrong shape or dtype on ${backend}`, () => {
    let host: Host;
    let tensors: number;
    before(async function () {
      const quiet = [["progress", { mode: "none" }] as const, backendNative];
      host = await createHost({ presets: [core], plugins: quiet, config: { backend: "cpu", seed: 1 } });
      const available = await host.registry("backends").make(backend).available();
      await host[Symbol.asyncDispose]();
      if (!available.ok) {
        console.log(`      skipped: ${available.reason}`);
        return this.skip();
      }
      host = await createHost({ presets: [core], plugins: quiet, config: { backend, seed: 1 } });
    });
    after(async () => await host[Symbol.asyncDispose]());
    beforeEach(() => (tensors = tf.memory().numTensors));
    afterEach(() => expect(tf.memory().numTensors).to.equal(tensors));

    for (const [make, input, expected, received] of layers) {
      it(`${received} into ${make().constructor.name}: names layer, backend, expected and received`, () => {
        const message = refusal(() => inside(host, make(), input));
        expect(message).to.contain("E_NN_SHAPE").and.contain(`layer "0.0" (${make().constructor.name})`);
        expect(message).to.contain(`expected ${expected}`).and.contain(`received ${received}`).and.contain(`on backend ${backend}`);
      });
    }

    it("an id that is in no row of an embedding: names layer, backend and id", () => {
      const message = refusal(() => inside(host, new Embedding(4, 2), () => tf.tensor1d([1, 9], "int32")));
      expect(message).to.contain(`layer "0.0" (Embedding)`).and.contain("9").and.contain("[0, 3]").and.contain(`on backend ${backend}`);
    });

    it("cross-entropy: names the loss and the backend", () => {
      const loss = crossEntropyLossFlat(host.resolve("engine"));
      const run = (pred: () => Tensor, targ: () => Tensor): string => refusal(() => loss.forward(pred(), targ()));
      const place = `crossEntropyLossFlat, on backend ${backend}`;
      const shape = run(zeros("float32", 4, 3), zeros("int32", 5));
      expect(shape).to.contain("E_LOSSES_SHAPE").and.contain("[4, 3]").and.contain("[5]").and.contain(place);
      const target = run(zeros("float32", 4, 3), zeros("float32", 4));
      expect(target).to.contain("E_LOSSES_DTYPE").and.contain("int32").and.contain("received float32").and.contain(place);
      expect(run(zeros("int32", 4, 3), zeros("int32", 4)))
        .to.contain("E_LOSSES_DTYPE")
        .and.contain("received int32")
        .and.contain(place);
    });

    it("fused ops: name the op, the input and the backend", () => {
      const { ops } = host.resolve("engine");
      const place = (op: string): string => `engine.ops.${op}, on backend ${backend}`;
      const one = tf.ones([3]);
      const labels = zeros("int32", 4);
      expect(refusal(() => ops.softmaxCrossEntropy(zeros("int32", 4, 3)(), labels(), { reduction: "mean" })))
        .to.contain("this logits")
        .and.contain("received int32 [4, 3]")
        .and.contain(place("softmaxCrossEntropy"));
      expect(refusal(() => ops.batchNormTrain(zeros("bool", 4, 3)(), one, one, 1e-5)))
        .to.contain("received bool [4, 3]")
        .and.contain(place("batchNormTrain"));
      expect(refusal(() => ops.groupNorm(zeros("int32", 4, 3)(), one, one, 1, 1e-5)))
        .to.contain("received int32 [4, 3]")
        .and.contain(place("groupNorm"));
      expect(refusal(() => ops.linear(zeros("float32", 4, 3)(), zeros("float32", 4, 3)(), undefined)))
        .to.contain("this weight")
        .and.contain(place("linear"));
      one.dispose();
    });

    it("ops of single numbers take floats alone, on every backend", () => {
      const { ops } = host.resolve("engine");
      const calls: readonly (readonly [op: string, call: (x: Tensor) => unknown])[] = [
        ["relu", (x) => ops.relu(x)],
        ["dropout", (x) => ops.dropout(x, 0.5, 1)],
        ["lighting", (x) => ops.lighting(x, tf.ones([4, 3]))],
        ["clipGradients", (x) => ops.clipGradients([x], 1)],
      ];
      for (const [op, call] of calls) {
        for (const x of [zeros("int32", 4, 3), zeros("bool", 4, 3), () => tf.fill([4, 3], "a")]) {
          const text = refusal(() => call(x()));
          expect(text)
            .to.contain("E_ENGINE_OP_INPUT")
            .and.contain(`engine.ops.${op}, on backend ${backend}`)
            .and.contain("expected float32");
        }
      }
    });

    it("engine.add: names what does not broadcast, and the backend", () => {
      const engine = host.resolve("engine");
      const sum = (a: number[], b: number[]): Tensor => engine.add(tf.zeros(a), tf.zeros(b));
      expect(refusal(() => sum([2, 4], [5])))
        .to.contain("E_ENGINE_OP_INPUT")
        .and.contain("float32 [2, 4]")
        .and.contain("received float32 [5]")
        .and.contain(`engine.add, on backend ${backend}`);
      expect(refusal(() => engine.add(tf.fill([2], "a"), tf.zeros([2])))).to.contain("string [2]");
      tf.tidy(() => {
        for (const [a, b] of [[[2, 4], [4]], [[4], [2, 1]], [[], [3]], [[3], []], [[0, 4], [1]]] as const) sum([...a], [...b]); // prettier-ignore
      });
    });

    if (backend === "cpu") return; // its kernel is tfjs's own, and so is the message of a tf.matMul that is called without a layer or engine.ops
    it("a product of our kernels: names the kernel and the backend of now", () => {
      const message = refusal(() => tf.matMul(tf.ones([4, 3]), tf.ones([4, 3])));
      expect(message).to.contain(`BatchMatMul on backend ${backend}`).and.contain("inner length 3").and.contain("received [4, 3]");
    });
  });
}

/** The layer as "0.0" of a model. */
function inside(host: Host, layer: Module, input: () => Tensor): unknown {
  const model = new Sequential(new Sequential(layer));
  model.init({ engine: host.resolve("engine"), random: host.resolve("random") });
  try {
    return model.forward(input());
  } finally {
    model.dispose();
  }
}

function refusal(f: () => unknown): string {
  try {
    tf.tidy(() => void f());
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("nothing was thrown");
}
