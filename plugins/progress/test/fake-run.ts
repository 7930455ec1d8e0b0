import { createHost, definePlugin, Stage } from "@fastap/kernel";
import type { Callback, Engine, Host, Loader, LossFunc, Model, Plugin, Run, TensorLike } from "@fastap/kernel";
import { progress } from "@fastap/plugin-progress";
import type { Cell, ProgressOptions, TextStream } from "@fastap/plugin-progress";

/** Collects what is written. */
export class FakeStream implements TextStream {
  text = "";
  readonly writes: string[] = [];
  readonly isTTY: boolean;
  readonly columns: number | undefined;

  constructor(columns?: number) {
    this.isTTY = columns !== undefined;
    this.columns = columns;
  }
  write(text: string): boolean {
    this.writes.push(text);
    this.text += text;
    return true;
  }
  /** What a person sees in the end. */
  screen(): string {
    return this.text
      .split("\n")
      .map((line) => (line.split("\r").at(-1) ?? "").replaceAll("\u001B[K", ""))
      .join("\n");
  }
}

const NAMES = ["epoch", "train_loss", "valid_loss", "accuracy", "time"];
const ROWS: Cell[][] = [
  [0, 0.3546802, 0.11451812, 0.8922, "00:07"],
  [1, 0.1, 12.5, undefined, "1:00:00"],
];

const tensor: TensorLike = { shape: [], dtype: "float32", isDisposed: true, dispose: () => undefined };
const engine = {
  scope: (f: () => unknown) => f(),
  scopeAsync: async (f: () => Promise<unknown>) => f(),
  keep: (t: unknown) => t,
} as unknown as Engine;
const model = { forward: () => tensor, parameters: () => [], train: () => undefined } as unknown as Model;
const lossFunc = {} as LossFunc;

/** Stands for learner and engine: a recorder of given rows, a loss that falls by 0.1 a batch. */
function fakeLearner(tick: () => void): Plugin<"learner"> {
  return definePlugin({
    meta: { name: "learner", version: "0.1.0", kernel: "^0.1.0", provides: ["engine"], writes: ["run.recorder", "run.smoothLoss"] },
    apply(host) {
      host.provide("engine", () => engine);
      host.hooks.run.tap("learner", (run) => {
        const recorder: { metricNames: readonly string[]; log: readonly Cell[] } = { metricNames: NAMES, log: [] };
        const state: Run & { smoothLoss?: number } = Object.assign(run, { recorder });
        run.hooks.afterBatch.tap({ name: "learner", stage: Stage.record }, () => {
          tick();
          if (run.training) state.smoothLoss = 3 - run.trainIter / 10;
        });
        run.hooks.afterEpoch.tap({ name: "learner", stage: Stage.record }, () => {
          recorder.log = ROWS[run.epoch] ?? [];
        });
      });
    },
  });
}

export const loader = (length: number): Loader => ({
  length,
  nInp: 1,
  async *[Symbol.asyncIterator]() {
    for (let i = 0; i < length; i++) yield [tensor];
  },
});

export interface Recipe {
  readonly options?: ProgressOptions;
  readonly kind?: "fit" | "validate";
  readonly train?: number;
  readonly valid?: number;
  /** Milliseconds that a batch takes. */
  readonly batch?: number;
  readonly cbs?: readonly Callback[];
}

/** Two epochs, or one validation, under the plugin, with a clock that only batches move. */
export async function run(
  stream: FakeStream,
  { options, kind = "fit", train = 4, valid = 2, batch = 100, cbs = [] }: Recipe = {},
): Promise<unknown> {
  let time = 0;
  const learner = fakeLearner(() => (time += batch));
  await using host: Host = await createHost({ plugins: [learner, [progress, { stream, now: () => time, ...options }]] });
  const parts = { model, lossFunc, train: loader(train), valid: loader(valid), nEpoch: 2, cbs, opt: {} as never };
  return host[kind](parts).then(
    () => undefined,
    (error: unknown) => error,
  );
}
