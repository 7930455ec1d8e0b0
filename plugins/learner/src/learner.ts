import type {
  Callback,
  DataLoaders,
  Host,
  HyperValue,
  Loader,
  LossFunc,
  Metric,
  Model,
  OptFunc,
  Optimizer,
  Run,
  Spec,
} from "@fastap/kernel";
import { E_LEARNER_LOADER, E_LEARNER_NO_TEST_BATCH } from "./errors.ts";
import { GatherPreds, type GatherOptions, type Preds } from "./gather-preds.ts";
import { installMethods } from "./install-methods.ts";
import type { LearnerMethods } from "./learner-method.ts";
import {
  callbackOf,
  groupsOf,
  lossOf,
  metricOf,
  modelOf,
  optFuncOf,
  type LearnerOptions,
  type Splitter,
  LEARNER_DEFAULTS,
} from "./learner-options.ts";
import { loadModelFile, saveModelFile, type LoadOptions } from "./model-file.ts";
import type { Recorder } from "./recorder.ts";
import { resumeOf } from "./resume-of.ts";
import { skipToEpoch } from "./skip-to-epoch.ts";

export interface FitOptions {
  readonly wd?: HyperValue;
  readonly cbs?: readonly Callback[];
  /** Start with a new optimizer; by default it goes on with its moments. */
  readonly resetOpt?: boolean;
  /** Skips the epochs before; schedules go on where they would be. */
  readonly startEpoch?: number;
  /** A trial whose results the caller throws away: trackers, savers and loggers leave it alone. */
  readonly probe?: boolean;
  /** Goes on where the newest checkpoint left off, bit by bit, or the one at a path; needs the plugin `checkpoint`. None there: starts. */
  readonly resume?: boolean | string;
}

export interface ValidateOptions {
  /** Which of `dls.loaders`; default 1, the validation data. */
  readonly dsIdx?: number;
  /** Another loader instead. */
  readonly dl?: Loader;
  readonly cbs?: readonly Callback[];
  /** Inside a callback: the run it belongs to. */
  readonly parent?: Run;
}

export interface PredsOptions extends ValidateOptions, GatherOptions {
  /** In the order of the dataset, all items; default true. False keeps a shuffled order. */
  readonly reorder?: boolean;
}

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- installMethods puts them on every instance
export interface Learner extends LearnerMethods {}

/** Data, model and loss, and what is done with them. `@source fastai.learner.Learner` */
export class Learner {
  readonly host: Host;
  readonly dls: DataLoaders;
  readonly model: Model;
  readonly lossFunc: LossFunc;
  readonly optFunc: OptFunc;
  readonly metrics: readonly Metric[];
  readonly trainMetrics: boolean;
  readonly validMetrics: boolean;
  readonly splitter: Splitter;
  readonly path: string;
  readonly modelDir: string;
  lr: HyperValue;
  wd: HyperValue | undefined;
  readonly wdBnBias: boolean;
  readonly trainBn: boolean;
  moms: readonly [number, number, number];
  /** Made by the first fit, freeze or load. */
  opt: Optimizer | undefined;
  /** Of the last fit. */
  recorder: Recorder | undefined;
  #cbs: readonly Callback[];

  /** @throws E_LEARNER_LOSS_MISSING, E_NAME_UNKNOWN */
  constructor(host: Host, dls: DataLoaders, model: Spec | Model, options: LearnerOptions = {}) {
    const given = { ...LEARNER_DEFAULTS, ...options };
    this.host = host;
    this.dls = dls;
    this.lossFunc = lossOf(host, options.lossFunc ?? dls.lossFunc);
    this.optFunc = optFuncOf(host, given.optFunc);
    this.metrics = given.metrics.map((metric) => metricOf(host, metric));
    this.trainMetrics = given.trainMetrics;
    this.validMetrics = given.validMetrics;
    this.splitter = given.splitter;
    this.path = options.path ?? host.config.root ?? ".";
    this.modelDir = given.modelDir;
    this.lr = given.lr;
    this.wd = options.wd;
    this.wdBnBias = given.wdBnBias;
    this.trainBn = given.trainBn;
    this.moms = given.moms;
    this.#cbs = given.cbs.map((cb) => callbackOf(host, cb));
    installMethods(this);
    this.model = modelOf(host, model);
    this.model.init({ engine: host.resolve("engine"), random: host.resolve("random") });
  }

  /** Trains. Resolves when done, or stopped by a callback. @throws E_LEARNER_OUTPUTS, E_LEARNER_LOSS_NOT_FINITE, E_LEARNER_RESUME */
  async fit(nEpoch: number, lr: HyperValue = this.lr, options: FitOptions = {}): Promise<void> {
    const { wd = this.wd, cbs = [], startEpoch = 0 } = options;
    const resume = resumeOf(this.host, options);
    const opt = options.resetOpt === true ? this.createOpt() : (this.opt ?? this.createOpt());
    if (wd !== undefined) opt.setHyper("wd", wd);
    opt.setHyper("lr", lr);
    const { train, valid } = this.dls;
    const skip = startEpoch > 0 ? [skipToEpoch(startEpoch)] : [];
    const all = [...skip, ...this.#cbs, ...cbs];
    const extras = { learner: this, cbs: all, probe: options.probe === true, resume };
    await this.host.fit({ ...this.#parts(), extras, opt, train, valid, nEpoch, cbs: all });
  }

  /** `[valid_loss, …metrics]`; undefined where nothing was seen. @throws E_LEARNER_LOADER */
  async validate(options: ValidateOptions = {}): Promise<(number | undefined)[]> {
    const run = await this.#validate(options.dl ?? this.#loader(options.dsIdx ?? 1), options, this.lossFunc);
    return (run.recorder?.finalRecord ?? []).map((cell) => (typeof cell === "number" ? cell : undefined));
  }

  /**
   * Predictions for all items, activated as the loss says (softmax …), with targets, as plain arrays that are the caller's.
   * @throws E_LEARNER_LOADER, E_LEARNER_PREDS
   */
  async getPreds(options: PredsOptions = {}): Promise<Preds> {
    const { reorder = true, withLoss = false } = options;
    const loader = options.dl ?? this.#loader(options.dsIdx ?? 1);
    const lossFunc = withLoss ? this.lossFunc.withReduction("none") : this.lossFunc;
    const gather = new GatherPreds(this.lossFunc, options);
    const cbs = [...(options.cbs ?? []), gather.callback];
    await this.#validate(wholeOf(loader, reorder), { ...options, cbs }, lossFunc);
    return gather.result();
  }

  /**
   * Label, class number and probabilities for one raw input (a file, an array: what the data understand).
   * @throws E_LEARNER_NO_TEST_BATCH
   */
  async predict(input: unknown): Promise<[label: string, index: number, probs: number[]]> {
    if (this.dls.testBatch === undefined) throw E_LEARNER_NO_TEST_BATCH();
    const batch = await this.dls.testBatch(input);
    const dl: Loader = {
      length: 1,
      nInp: batch.length,
      async *[Symbol.asyncIterator]() {
        yield batch;
      },
    };
    const { preds, decoded } = await this.getPreds({ dl, withDecoded: true });
    const index = decoded?.data[0] ?? 0;
    return [this.dls.vocab?.[index] ?? String(index), index, [...preds.data]];
  }

  /** Makes the optimizer anew, without moments. */
  createOpt(): Optimizer {
    const { lr, wdBnBias, trainBn } = this;
    this.opt?.dispose();
    const opt = this.optFunc(groupsOf(this.splitter(this.model)), { lr: typeof lr === "number" ? lr : 1e-3, wdBnBias, trainBn });
    if (typeof lr !== "number") opt.setHyper("lr", lr);
    this.opt = opt;
    return opt;
  }

  /** Trains groups from `n` on only, and forgets moments. Negative counts from the end. */
  freezeTo(n: number): void {
    const opt = this.opt ?? this.createOpt();
    opt.freezeTo(n);
    opt.clearState();
  }

  /** Trains the last group only. */
  freeze(): void {
    this.freezeTo(-1);
  }

  unfreeze(): void {
    this.freezeTo(0);
  }

  get cbs(): readonly Callback[] {
    return this.#cbs;
  }

  addCb(...cbs: readonly Callback[]): this {
    this.#cbs = [...this.#cbs, ...cbs];
    return this;
  }

  removeCb(...cbs: readonly Callback[]): this {
    this.#cbs = this.#cbs.filter((cb) => !cbs.includes(cb));
    return this;
  }

  /** Writes `<path>/<modelDir>/<file>.safetensors`, whole or not at all, and returns its path. Needs Node. */
  async save(file: string, { withOpt = true }: { readonly withOpt?: boolean } = {}): Promise<string> {
    return saveModelFile(this, file, withOpt ? this.opt : undefined);
  }

  /** Loads what `save` wrote, or another file with the same names: all of it or nothing. @throws E_LEARNER_FILE */
  async load(file: string, options: LoadOptions = {}): Promise<this> {
    await loadModelFile(this, file, options);
    return this;
  }

  /** Disposes model and optimizer. */
  dispose(): void {
    this.opt?.dispose();
    this.opt = undefined;
    this.model.dispose();
  }

  #parts(): { readonly model: Model; readonly lossFunc: LossFunc; readonly extras: { readonly learner: Learner } } {
    return { model: this.model, lossFunc: this.lossFunc, extras: { learner: this } };
  }

  #validate(valid: Loader, { cbs = [], parent }: ValidateOptions, lossFunc: LossFunc): Promise<Run> {
    const all = [...this.#cbs, ...cbs];
    return this.host.validate({ ...this.#parts(), lossFunc, valid, cbs: all, ...(parent === undefined ? {} : { parent }) });
  }

  #loader(dsIdx: number): Loader {
    const loader = this.dls.loaders[dsIdx];
    if (loader === undefined) throw E_LEARNER_LOADER({ dsIdx, count: this.dls.loaders.length });
    return loader;
  }
}

/** The same as `new Learner`. */
export function createLearner(host: Host, dls: DataLoaders, model: Spec | Model, options: LearnerOptions = {}): Learner {
  return new Learner(host, dls, model, options);
}

/** Every item, in the dataset's order if `reorder`; loaders of other making are taken as they are. */
function wholeOf(loader: Loader, reorder: boolean): Loader {
  if (!isRemakable(loader)) return loader;
  return loader.new(reorder ? { shuffle: false, dropLast: false } : { dropLast: false });
}

interface Remakable extends Loader {
  readonly new: (overrides: { readonly shuffle?: boolean; readonly dropLast?: boolean }) => Loader;
}

/** Like data's DataLoader. */
function isRemakable(loader: Loader): loader is Remakable {
  return "new" in loader && typeof loader.new === "function";
}
