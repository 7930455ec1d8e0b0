import type {
  Callback,
  DataLoaders,
  Host,
  Picture,
  Prediction,
  ShowOptions,
  Spec,
  TaskConfig,
  TaskRunner,
  TaskSummary,
  TrainOptions,
} from "@fastap/kernel";
import { showableLoader } from "./decoded-results.ts";
import { E_LEARNER_FIT_METHOD, E_LEARNER_TASK_KEY } from "./errors.ts";
import type { LearnerStart } from "./learner-maker.ts";
import { METHOD_PLUGINS, type LearnerMethod } from "./learner-method.ts";
import type { LearnerOptions } from "./learner-options.ts";
import { Learner } from "./learner.ts";
import { lrFindFiles, type LrFindFound, type LrFindTaskOptions } from "./lr-find-files.ts";
import { registered } from "./registered.ts";
import { predictionOf } from "./task-prediction.ts";
import { elapsedSince, summaryOf } from "./task-summary.ts";
import { writeTaskFiles } from "./task-files.ts";

const EXAMPLES = {
  data: "[idx, { … }]",
  model: "[convNet, { channels: [1, 8, 16, 10] }]",
  fit: "[fitOneCycle, { nEpoch: 3, lrMax: 0.1 }]",
};

type Sizes = Pick<TrainOptions, "bs" | "maxRows">;

/** A model file of the task. */
export interface LearnerRequest extends Sizes {
  readonly model: string;
}

/** Runs what the config's `task` describes. */
export class Task implements TaskRunner {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Trains, then writes model.safetensors, history.csv, history.json and plot.svg to `out`.
   * @throws E_LEARNER_TASK_KEY, E_LEARNER_FIT_METHOD, and what training throws; then no file is written
   */
  async train(options: TrainOptions = {}): Promise<{ summary: TaskSummary; files: readonly string[]; losses: readonly number[] }> {
    const [name, fitOptions] = parts(this.#need("fit"));
    const method = this.#method(name);
    return this.#withLearner(options, async (learner) => {
      if (options.maxSteps !== undefined) learner.addCb(stopAfter(options.maxSteps));
      const seconds = elapsedSince();
      await method(learner, withGiven(fitOptions, options));
      const summary = summaryOf(learner, seconds());
      const files = await writeTaskFiles(learner, options.out ?? this.#config.out ?? "runs");
      return { summary, files, losses: learner.recorder?.rawLosses ?? [] };
    });
  }

  /**
   * Tries learning rates with the plugin schedulers, and writes lr-find.svg and lr-find.json to `out`. The model is thrown away.
   * @throws E_LEARNER_TASK_KEY, E_LEARNER_METHOD_MISSING
   */
  async lrFind({ out, bs, maxRows, ...options }: LrFindTaskOptions = {}): Promise<LrFindFound> {
    const sizes = { ...(bs === undefined ? {} : { bs }), ...(maxRows === undefined ? {} : { maxRows }) };
    return this.#withLearner(sizes, (learner) => lrFindFiles(learner, options, out ?? this.#config.out ?? "runs"));
  }

  /** Loss and metrics of a model file on the validation data. @throws E_LEARNER_FILE */
  async validate({ model, ...options }: { readonly model: string } & TrainOptions): Promise<TaskSummary> {
    return this.#withModel({ model, ...options }, async (learner) => {
      const seconds = elapsedSince();
      const values = await learner.validate();
      return summaryOf(learner, seconds(), values);
    });
  }

  /** @throws E_LEARNER_FILE, E_LEARNER_NO_TEST_BATCH */
  async predict({ model, input }: { readonly model: string; readonly input: unknown }): Promise<Prediction> {
    return this.#withModel({ model }, async (learner) => predictionOf(await learner.predict(input), learner.dls.vocab));
  }

  /** Samples of a training batch; with a model, of the validation data beside its predictions. @throws E_LEARNER_FILE, E_LEARNER_NOT_SHOWABLE */
  async show({ model, maxN, ...sizes }: ShowOptions = {}): Promise<Picture> {
    const most = maxN === undefined ? {} : { maxN };
    if (model !== undefined) return this.#withModel({ model, ...sizes }, (learner) => learner.showResults({ shuffle: false, ...most }));
    const { train } = await this.#dls(sizes);
    return showableLoader(train).showBatch(most);
  }

  /** The Learner that the task describes, with the weights of a model file. The caller disposes it. @throws E_LEARNER_FILE */
  async learner({ model, ...sizes }: LearnerRequest): Promise<Learner> {
    const learner = await this.#make(sizes, { readWeights: false });
    try {
      return await learner.load(await this.#path(model), { withOpt: false });
    } catch (error) {
      learner.dispose();
      throw error;
    }
  }

  get #config(): TaskConfig {
    return this.#host.config.task ?? {};
  }

  #need(key: keyof typeof EXAMPLES): Spec {
    const spec = this.#config[key];
    if (spec === undefined) throw E_LEARNER_TASK_KEY({ key, example: EXAMPLES[key] });
    return spec;
  }

  async #withLearner<T>(sizes: Sizes, use: (learner: Learner) => Promise<T>): Promise<T> {
    return using(await this.#make(sizes), use);
  }

  async #withModel<T>(request: LearnerRequest, use: (learner: Learner) => Promise<T>): Promise<T> {
    return using(await this.learner(request), use);
  }

  async #make(sizes: Sizes, start: LearnerStart = {}): Promise<Learner> {
    const { loss, opt, metrics = [], cbs = [] } = this.#config;
    const [, model] = [this.#need("data"), this.#need("model")];
    const given = { ...(loss === undefined ? {} : { lossFunc: loss }), ...(opt === undefined ? {} : { optFunc: opt }) };
    return this.#learner(await this.#dls(sizes), model, { metrics, cbs, ...given }, start);
  }

  async #dls({ bs, maxRows }: Sizes): Promise<DataLoaders> {
    const [name, dataOptions] = parts(this.#need("data"));
    const sizes = { ...(bs === undefined ? {} : { bs }), ...(maxRows === undefined ? {} : { maxRows }) };
    return registered(this.#host, "datasets", [name, { ...dataOptions, ...sizes }]);
  }

  /** Of a learner that a domain registered, or of a model. */
  #learner(dls: DataLoaders, model: Spec, options: LearnerOptions, start: LearnerStart): Learner | Promise<Learner> {
    const [name] = parts(model);
    const makers = this.#host.has("learners") ? this.#host.registry("learners") : undefined;
    return makers?.has(name) === true ? makers.make(model)(dls, options, start) : new Learner(this.#host, dls, model, options);
  }

  #method(name: string): NonNullable<LearnerMethod["fromConfig"]> {
    const registry = this.#host.registry("learnerMethods");
    const method = registry.has(name) ? registry.make(name) : undefined;
    const run = method?.fromConfig?.bind(method);
    if (run !== undefined) return run;
    const known = registry.names().filter((n) => registry.make(n).fromConfig !== undefined);
    throw E_LEARNER_FIT_METHOD({ name, known, plugin: Object.hasOwn(METHOD_PLUGINS, name) ? METHOD_PLUGINS[name] : undefined });
  }

  async #path(file: string): Promise<string> {
    const { resolve } = await import("node:path");
    return resolve(this.#host.config.root ?? ".", file);
  }
}

async function using<T>(learner: Learner, use: (learner: Learner) => Promise<T>): Promise<T> {
  try {
    return await use(learner);
  } finally {
    learner.dispose();
  }
}

/** Name and options of a spec. */
function parts(spec: Spec): readonly [name: string, options: Readonly<Record<string, unknown>>] {
  const [name, options] = typeof spec === "string" ? [spec, undefined] : spec;
  return [name, typeof options === "object" && options !== null ? { ...options } : {}];
}

/** `epochs` may be written for `nEpoch`; the command's own replace both. */
function withGiven({ epochs, ...options }: Readonly<Record<string, unknown>>, given: TrainOptions): Record<string, unknown> {
  const nEpoch = given.epochs ?? options["nEpoch"] ?? epochs;
  const resume = given.resume ?? options["resume"];
  return { ...options, ...(nEpoch === undefined ? {} : { nEpoch }), ...(resume === undefined ? {} : { resume }) };
}

function stopAfter(steps: number): Callback {
  return {
    name: "maxSteps",
    stage: "report",
    runValid: false,
    afterBatch(run) {
      if (run.trainIter >= steps) run.cancel("fit");
    },
  };
}
