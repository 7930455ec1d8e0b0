import type { Callback, Metric } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";
import { EarlyStopping, ReduceLROnPlateau, SaveModel, type Tracker } from "@fastap/plugin-trackers";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { noiseData, noiseWeights } from "../loop/noise-data.ts";
import { callsIn } from "../loop/python-call.ts";
import { callbackOf } from "../loop/recipe.ts";
import { withLearner } from "../loop/with-learner.ts";
import { decodeNumber } from "../tensor.ts";

interface TrackerInputs {
  readonly monitored_values: readonly unknown[];
  readonly metric_name: string;
  readonly callbacks: string;
  readonly n_epoch: number;
  readonly lr: number;
}

type Row = Readonly<Record<string, unknown>>;
const names = ["SaveModel", "EarlyStopping", "ReduceLROnPlateau", "TrackerCallback"];

/** Decisions of trackers fed by a metric that returns the given values. Weights are those of another model: only which epoch they are from is compared. */
export const loopTrackers: Adapter = {
  kind: "loop",
  accepts: ({ inputs }) => ["monitored_values", "metric_name", "callbacks", "n_epoch"].every((field) => field in inputs),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const given = inputs as unknown as TrackerInputs;
    const setup = { ...noiseData(8), bs: 4, weights: noiseWeights, loss: "mseLossFlat", opt: "sgd", metrics: [fed(given)] };
    return withLearner(setup, async (learner) => {
      const log = new Log(learner);
      const calls = callsIn(given.callbacks, names).map((c) => ({ ...c, kwargs: { monitor: given.metric_name, ...c.kwargs } }));
      const cbs = calls.map((call) => callbackOf(learner, call, {}));
      await learner.fit(given.n_epoch, given.lr, { cbs: [...cbs, ...log.callbacks(cbs)] });
      const error = log.neverSaved(cbs);
      return checksOf(expected, log, { error, final: await firstWeight(learner), epochs: learner.recorder?.values.length ?? 0 });
    });
  },
};

function fed({ monitored_values, metric_name }: TrackerInputs): Metric {
  let at = -1;
  return { name: metric_name, reset: () => void at++, accumulate: () => undefined, value: () => decodeNumber(monitored_values[at]) };
}

class Log {
  readonly epochs: Row[] = [];
  readonly files: Row[] = [];
  readonly weights: number[] = [];
  readonly #learner: Learner;
  #epoch = 0;

  constructor(learner: Learner) {
    this.#learner = learner;
    const [save, load] = [learner.save.bind(learner), learner.load.bind(learner)];
    learner.save = async (file, options) => {
      this.files.push({ op: "save", file, after_epochs: this.epochs.length, epoch: this.#epoch });
      return save(file, options);
    };
    learner.load = async (file, options) => {
      this.files.push({ op: "load", file });
      return load(file, options);
    };
  }

  /** One that notes the weights before the trackers, and one that notes their decisions after them. */
  callbacks(cbs: readonly Callback[]): Callback[] {
    return [
      {
        name: "before",
        afterTrain: async (run) => {
          this.#epoch = run.epoch;
          this.weights.push(await firstWeight(this.#learner));
        },
      },
      {
        name: "after",
        stage: "report",
        order: 4,
        afterEpoch: ({ epoch, opt }) => {
          const lr = opt?.groups.map(({ hypers }) => hypers["lr"] ?? NaN);
          this.epochs.push({ epoch, lr, ...Object.fromEntries(cbs.flatMap(decision)) });
        },
      },
    ];
  }

  /** fastai finds no file to load where nothing was saved; ours warns and keeps the model. */
  neverSaved(cbs: readonly Callback[]): string | null {
    const saver = cbs.find((cb) => cb instanceof SaveModel && cb.everyEpoch === 0 && !cb.atEnd);
    if (!(saver instanceof SaveModel) || saver.lastSavedPath !== undefined) return null;
    this.files.push({ op: "load", file: saver.fname });
    return "FileNotFoundError";
  }
}

function decision(cb: Callback): [string, Row][] {
  const seen = ({ best, newBest }: Tracker): Row => ({ best, new_best: newBest });
  if (cb instanceof SaveModel) return cb.everyEpoch > 0 ? [] : [["SaveModelCallback", seen(cb)]];
  if (cb instanceof EarlyStopping) return [["EarlyStoppingCallback", { ...seen(cb), wait: cb.wait }]];
  if (cb instanceof ReduceLROnPlateau) return [["ReduceLROnPlateau", { ...seen(cb), wait: cb.wait }]];
  return [];
}

interface End {
  readonly error: string | null;
  readonly final: number;
  readonly epochs: number;
}

function checksOf(expected: Row, log: Log, { error, final, epochs }: End): Check[] {
  const files = (expected["files"] ?? []) as readonly Row[];
  const perEpoch = (expected["first_weight_per_epoch"] ?? []) as readonly number[];
  const checks: Check[] = [
    ...rowChecks("epochs_logged", log.epochs, (expected["epochs_logged"] ?? []) as readonly Row[]),
    ...rowChecks("files", renamed(log.files), renamed(files)),
    { path: "epochs_run", got: epochs, want: expected["epochs_run"] as number },
    { path: "error", got: error, want: expected["error"] as string | null },
    { path: "first_weight_per_epoch.length", got: log.weights.length, want: perEpoch.length },
    {
      path: "epoch of the final weights",
      got: log.weights.findIndex((w) => Math.abs(w - final) < 1e-9),
      want: perEpoch.indexOf(expected["final_first_weight"] as number),
    },
  ];
  return checks;
}

/** Files by the order they first appear in, for a case need not say how they are called; a number of an epoch stays. */
function renamed(files: readonly Row[]): Row[] {
  const stem = (file: unknown): string => String(file).replace(/_\d+$/, "");
  const stems = [...new Set(files.map(({ file }) => stem(file)))];
  return files.map((row) => ({ ...row, file: String(row["file"]).replace(stem(row["file"]), `file${stems.indexOf(stem(row["file"]))}`) }));
}

function rowChecks(path: string, got: readonly Row[], want: readonly Row[]): Check[] {
  const flat = (row: Row): Value => Object.entries(row).map(([key, value]) => [key, isRow(value) ? flat(value) : (value as Value)]);
  return [{ path, got: got.map(flat), want: want.map(flat) }];
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function firstWeight({ model }: Learner): Promise<number> {
  const [first] = (await model.stateDict()).values();
  return Number(first?.data[0] ?? NaN);
}
