// Bundled and run in a page by training.test.ts: trains a small conv net and leaves what came of it in `window`.
import { createHost } from "@fastap/kernel";
import type { Loader } from "@fastap/kernel";
import { backendWasm } from "@fastap/plugin-backend-wasm";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { createLearner, learner } from "@fastap/plugin-learner";
import { losses } from "@fastap/plugin-losses";
import { nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";

export interface Trained {
  readonly losses: readonly number[];
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

const [BATCHES, BS, SIDE] = [6, 32, 32];

/** Large enough that its convolutions are worth a second thread. */
async function train(threads: number): Promise<Trained> {
  await using host = await createHost({
    plugins: [engineTfjs, [backendWasm, { threads }], nn, losses, optimizers, learner],
    config: { backend: "wasm", seed: 3 },
  });
  const engine = host.resolve("engine");
  const loader: Loader = {
    length: BATCHES,
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < BATCHES; i++) {
        const images = Float32Array.from({ length: BS * SIDE * SIDE * 3 }, (_, k) => Math.sin(k * 0.7 + i));
        const labels = Int32Array.from({ length: BS }, (_, k) => (k + i) % 4);
        yield await Promise.resolve([engine.from(images, [BS, SIDE, SIDE, 3]), engine.from(labels, [BS], "int32")]);
      }
    },
  };
  const dls = { train: loader, valid: loader, loaders: [loader, loader] };
  const learn = createLearner(host, dls, ["convNet", { channels: [3, 32, 48, 4] }], { lossFunc: "crossEntropy" });
  await learn.fit(1, 0.01);
  return { losses: learn.recorder?.losses ?? [], facts: await host.registry("backends").make("wasm").facts() };
}

Object.assign(globalThis, { train });
