import type {
  Callback,
  DataLoaders,
  EventName,
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
  Tensor,
} from "@fastap/kernel";
import type { Figure } from "@fastap/plugin-display";
import { CallbackList, type CallbackLike } from "./callback-list.ts";
import { E_LEARNER_LOADER } from "./errors.ts";
import { writeExported, type ExportOptions } from "./exported.ts";
import { GatherPreds, type Preds } from "./gather-preds.ts";
import { installMethods } from "./install-methods.ts";
import type { LearnerMethods } from "./learner-method.ts";
import {
  groupsOf,
  lossOf,
  metricOf,
  modelOf,
  optFuncOf,
  type GivenSpecs,
  type LearnerOptions,
  type RecordOptions,
  type Splitter,
  LEARNER_DEFAULTS,
} from "./learner-options.ts";
import { loadModelFile, saveModelFile, type LoadOptions } from "./model-file.ts";
import type { Recorder } from "./recorder.ts";
import type { FitOptions, OneBatchOptions, PredsOptions, ValidateOptions } from "./run-options.ts";
import { predict, type Predicted, type PredictOptions } from "./predict.ts";
import { resumeOf } from "./resume-of.ts";
import { showResults, type ShowResultsOptions } from "./show-results.ts";
import { singleBatch } from "./single-batch.ts";
import { skipToEpoch } from "./skip-to-epoch.ts";
import { toDetach } from "./to-detach.ts";
import { trainingLoop } from "./training-loop.ts";
import { tta, type TtaOptions, type TtaPreds } from "./tta.ts";
import { wholeOf } from "./whole-loader.ts";

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
  readonly recordOptions: RecordOptions;
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
  /** Model, loss, optimizer and metrics as they were given. */
  readonly specs: GivenSpecs;
  /** What `noBar` and `noLogging` have switched off, for who shows runs. */
  quiet: { readonly bar: boolean; readonly table: boolean } = { bar: false, table: false };
  /** Of the last fit. */
  recorder: Recorder | undefined;
  readonly #cbs: CallbackList;

  /** @throws E_LEARNER_LOSS_MISSING, E_NAME_UNKNOWN */
  constructor(host: Host, dls: DataLoaders, model: Spec | Model, options: LearnerOptions = {}) {
    const given = { ...LEARNER_DEFAULTS, ...options };
    this.host = host;
    this.dls = dls;
    this.lossFunc = lossOf(host, options.lossFunc ?? dls.lossFunc);
    this.optFunc = optFuncOf(host, given.optFunc);
    this.specs = {
      model: options.modelSpec ?? model,
      lossFunc: options.lossFunc ?? dls.lossFunc,
      optFunc: given.optFunc,
      metrics: given.metrics,
    };
    this.metrics = given.metrics.map((metric) => metricOf(host, metric));
    this.trainMetrics = given.trainMetrics;
    this.validMetrics = given.validMetrics;
    this.recordOptions = given.recorder;
    this.splitter = given.splitter;
    this.path = options.path ?? host.config.root ?? ".";
    this.modelDir = given.modelDir;
    this.lr = given.lr;
    this.wd = options.wd;
    this.wdBnBias = given.wdBnBias;
    this.trainBn = given.trainBn;
    this.moms = given.moms;
    this.#cbs = new CallbackList(host, given.cbs);
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
    const all = [...skip, ...this.#cbs.with(cbs)];
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
   * @throws E_LEARNER_LOADER
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

  /** Label, class number and probabilities, or what stands for them, of one raw input (a file, an array …). @throws E_LEARNER_NO_TEST_BATCH */
  predict(input: unknown, options?: PredictOptions & { readonly withInput?: false }): Promise<Predicted>;
  predict(input: unknown, options: PredictOptions): Promise<[input: unknown, ...Predicted]>;
  async predict(input: unknown, { withInput = false }: PredictOptions = {}): Promise<Predicted | [input: unknown, ...Predicted]> {
    const [decoded, ...rest] = await predict(this, input);
    return withInput ? [decoded, ...rest] : rest;
  }

  /** Samples of one batch beside what the model makes of them. @throws E_LEARNER_LOADER, E_LEARNER_NOT_SHOWABLE `@source fastai.learner.Learner.show_results` */
  async showResults(options: ShowResultsOptions = {}): Promise<Figure> {
    return showResults(this, options);
  }

  /** Predictions with augmentation: several passes with the transforms of training and a plain one, weighted. @throws E_LEARNER_TTA */
  tta(options: TtaOptions = {}): Promise<TtaPreds> {
    return tta(this, options);
  }

  /** Loss of one batch, whose tensors it disposes; trains on it unless `training` is false. `@source fastai.learner.Learner.one_batch` */
  async oneBatch(batch: readonly Tensor[], { training = true, cbs = [] }: OneBatchOptions = {}): Promise<number | undefined> {
    const dl = singleBatch(batch, this.dls.train.nInp);
    if (!training) return (await this.validate({ dl, cbs }))[0];
    const opt = this.opt ?? this.createOpt();
    const all = this.#cbs.with(cbs);
    const extras = { learner: this, cbs: all, probe: true };
    const run = await this.host.fit({ ...this.#parts(), extras, opt, train: dl, cbs: all });
    return run.recorder?.rawLosses[0];
  }

  /** The events of an epoch and who acts at each, as text. */
  showTrainingLoop(): string {
    return trainingLoop(this.host, this.cbs);
  }

  /** With more callbacks while `f` runs. */
  addedCbs<T>(cbs: readonly CallbackLike[], f: () => Promise<T>): Promise<T> {
    return this.#cbs.during(this.#cbs.with(cbs), f);
  }

  /** Without these callbacks, or those of these names, while `f` runs. */
  removedCbs<T>(cbs: readonly (string | Callback)[], f: () => Promise<T>): Promise<T> {
    return this.#cbs.during(this.#cbs.without(cbs), f);
  }

  /** Nothing is shown while `f` runs. */
  noBar<T>(f: () => Promise<T>): Promise<T> {
    return this.#quietly({ bar: true, table: true }, f);
  }

  /** No table of epochs is shown while `f` runs. */
  noLogging<T>(f: () => Promise<T>): Promise<T> {
    return this.#quietly({ ...this.quiet, table: true }, f);
  }

  /** No bars are shown while `f` runs; the table stays. */
  noMbar<T>(f: () => Promise<T>): Promise<T> {
    return this.#quietly({ ...this.quiet, bar: true }, f);
  }

  /** Tensors anywhere in lists and objects as arrays outside of the engine; all else as it is. `@source fastai.learner.Learner.to_detach` */
  toDetach(value: unknown): Promise<unknown> {
    return toDetach(this.host.resolve("engine"), value);
  }

  /** Writes the Learner for prediction, without code, items and optimizer state, and returns the path. @throws E_LEARNER_EXPORT, E_LEARNER_EXPORT_DATA */
  async export(file: string = "export", options: ExportOptions = {}): Promise<string> {
    return writeExported(this, file, options);
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
    if (opt.frozenIdx >= opt.groups.length) console.warn(`freezeTo(${n}): all ${opt.groups.length} parameter groups are frozen`);
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
    return this.#cbs.all;
  }

  /** Callbacks that handle an event, in the order in which they do. */
  orderedCbs(event: EventName): readonly Callback[] {
    return this.#cbs.at(event);
  }

  addCb(...cbs: readonly CallbackLike[]): this {
    this.#cbs.set(this.#cbs.with(cbs));
    return this;
  }

  removeCb(...cbs: readonly (string | Callback)[]): this {
    this.#cbs.set(this.#cbs.without(cbs));
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

  async #quietly<T>(quiet: Learner["quiet"], f: () => Promise<T>): Promise<T> {
    const before = this.quiet;
    this.quiet = quiet;
    return f().finally(() => (this.quiet = before));
  }

  #validate(valid: Loader, { cbs = [], parent }: ValidateOptions, lossFunc: LossFunc): Promise<Run> {
    return this.host.validate({ ...this.#parts(), lossFunc, valid, cbs: this.#cbs.with(cbs), ...(parent === undefined ? {} : { parent }) });
  }

  #loader(dsIdx: number): Loader {
    const loader = this.dls.loaders[dsIdx];
    if (loader === undefined) throw E_LEARNER_LOADER({ dsIdx, count: this.dls.loaders.length });
    return loader;
  }
}
