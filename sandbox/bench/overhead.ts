// What the kernel's loop costs beside a loop written by hand over the same steps: `npm run bench:overhead [-- --json]`.
// Both train the same network on the same batches in alternating rounds; the figure is the median of the paired ratios.
import { createHost } from "@fastap/kernel";
import type { Engine, Host, Loader, LossFunc, Model, Optimizer, Tensor } from "@fastap/kernel";
import { core } from "@fastap/preset-core";

const ROUNDS = 21;
const STEPS = 80;

interface Trainee {
  readonly engine: Engine;
  readonly model: Model;
  readonly lossFunc: LossFunc;
  readonly opt: Optimizer;
  readonly loader: Loader;
}

/** The same batches every time, made anew as a loader would: the loops dispose what they get. */
function fixedBatches(engine: Engine, steps: number): Loader {
  const x = Float32Array.from({ length: 64 * 28 * 28 }, (_, i) => ((i * 2654435761) % 1000) / 1000);
  const y = Int32Array.from({ length: 64 }, (_, i) => i % 10);
  return {
    length: steps,
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < steps; i++) yield await Promise.resolve([engine.from(x, [64, 28, 28, 1]), engine.from(y, [64], "int32")]);
    },
  };
}

function prepare(host: Host): Trainee {
  const engine = host.resolve("engine");
  const model = host.registry("models").make(["convNet", { channels: [1, 8, 16, 32, 16, 10] }]);
  model.init({ engine, random: host.resolve("random") });
  const opt = host.registry("optimizers").make("adam")([model.parameters()], { lr: 1e-3 });
  return { engine, model, opt, lossFunc: host.registry("losses").make("crossEntropy"), loader: fixedBatches(engine, STEPS) };
}

async function byHand({ engine, model, lossFunc, opt, loader }: Trainee): Promise<void> {
  model.train(true);
  for await (const [x, y] of loader as AsyncIterable<readonly [Tensor, Tensor]>) {
    const params = new Map(model.parameters().map((p) => [p.name, p.value]));
    const { value, grads } = engine.valueAndGrad(params, () => lossFunc.forward(model.forward(x), y));
    await opt.step(grads);
    opt.zeroGrad(grads);
    for (const tensor of [value, x, y]) tensor.dispose();
  }
}

async function byKernel(host: Host, { model, lossFunc, opt, loader }: Trainee): Promise<void> {
  await host.fit({ model, lossFunc, opt, train: loader, nEpoch: 1 });
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

async function main(): Promise<void> {
  const off = ["learner", "progress", "schedulers"].map((name) => [name, false] as const);
  await using bare = await createHost({ presets: [core], plugins: off, config: { seed: 1 } });
  const trainee = prepare(bare);
  const hand: number[] = [];
  const kernel: number[] = [];
  for (let round = -2; round < ROUNDS; round++) {
    const turns = [
      async () => hand.push(await timed(() => byHand(trainee))),
      async () => kernel.push(await timed(() => byKernel(bare, trainee))),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    if (round < 0) hand.length = kernel.length = 0; // warm-up
  }
  const overhead = median(kernel.map((ms, i) => ms / (hand[i] ?? NaN))) - 1;
  const row = {
    steps: STEPS,
    rounds: ROUNDS,
    handMs: median(hand) / STEPS,
    kernelMs: median(kernel) / STEPS,
    bestRatio: Math.min(...kernel) / Math.min(...hand),
    overhead,
  };
  if (process.argv.includes("--json")) console.log(JSON.stringify(row));
  else
    console.log(
      `by hand ${row.handMs.toFixed(2)} ms a step, kernel ${row.kernelMs.toFixed(2)} ms: ${(100 * overhead).toFixed(1)} % (best against best ${(100 * (row.bestRatio - 1)).toFixed(1)} %)`,
    );
}

await main();
