import { Cancel } from "./cancel.ts";
import type { Container } from "./container.ts";
import type { RunHooks, Scope } from "./events.ts";
import type { Host } from "./host.ts";
import type { Run, RunParts } from "./run.ts";
import type { Engine } from "./engine.ts";
import type { Loader } from "./loader.ts";
import type { LossFunc } from "./loss.ts";
import type { Model } from "./model.ts";
import type { Optimizer } from "./optimizer.ts";
import type { Services, Token } from "./services.ts";
import { leaves } from "./tensor.ts";
import type { Grads, Pred, Tensor } from "./tensor.ts";

/** The state of a run and the tensors it owns. The loop writes it; plugins see it as {@link Run}. */
export class RunState implements Run {
  readonly kind: Run["kind"];
  readonly host: Host;
  readonly hooks: RunHooks;
  readonly engine: Engine;
  readonly model: Model;
  readonly opt: Optimizer | undefined;
  readonly nEpoch: number;
  lossFunc: LossFunc;
  dl: Loader | undefined = undefined;
  epoch = 0;
  iter = 0;
  nIter = 0;
  trainIter = 0;
  pctTrain = 0;
  training = false;
  pred: Pred | undefined = undefined;
  loss: Tensor | undefined = undefined;
  lossGrad: Tensor | undefined = undefined;
  grads: Grads = new Map();
  readonly #services: Container;
  readonly #owned: Set<Tensor> = new Set();
  #xb: readonly Tensor[] = [];
  #yb: readonly Tensor[] = [];

  constructor(kind: Run["kind"], host: Host, hooks: RunHooks, services: Container, parts: RunParts) {
    this.kind = kind;
    this.host = host;
    this.hooks = hooks;
    this.engine = services.resolve("engine");
    this.model = parts.model;
    this.opt = parts.opt;
    this.nEpoch = kind === "fit" ? (parts.nEpoch ?? 1) : 1;
    this.lossFunc = parts.lossFunc;
    this.#services = services;
    Object.assign(this, parts.extras);
  }

  get xb(): readonly Tensor[] {
    return this.#xb;
  }
  set xb(tensors: readonly Tensor[]) {
    this.#xb = tensors;
    this.own(...tensors);
  }

  get yb(): readonly Tensor[] {
    return this.#yb;
  }
  set yb(tensors: readonly Tensor[]) {
    this.#yb = tensors;
    this.own(...tensors);
  }

  get x(): Tensor | readonly Tensor[] {
    return single(this.#xb);
  }

  get y(): Tensor | readonly Tensor[] {
    return single(this.#yb);
  }

  resolve<T extends Token>(token: T): Services[T] {
    return this.#services.resolve(token);
  }

  cancel(scope: Scope): never {
    throw new Cancel(scope);
  }

  /** Splits a batch into inputs and targets. `@source fastai.learner.Learner._split` */
  take(batch: readonly Tensor[], loader: Loader): void {
    const nInp = loader.nInp ?? (batch.length === 1 ? 1 : batch.length - 1);
    this.xb = batch.slice(0, nInp);
    this.yb = batch.slice(nInp);
  }

  /** Disposed when the batch ends. */
  own(...tensors: readonly Tensor[]): void {
    for (const tensor of tensors) this.#owned.add(tensor);
  }

  /** Takes prediction and loss out of the tape's scope: metrics need them until the batch ends. */
  holdOutputs(): void {
    const outputs = this.pred === undefined ? [] : leaves(this.pred);
    if (this.loss !== undefined) outputs.push(this.loss);
    for (const tensor of outputs) if (!tensor.isDisposed) this.own(this.engine.keep(tensor));
  }

  /** Adds to what earlier batches left, as buffers that only zeroGrad empties. */
  addGrads(grads: Grads): void {
    for (const [name, grad] of grads) {
      const before = this.grads.get(name);
      this.grads.set(name, this.engine.keep(before === undefined ? grad : this.engine.add(before, grad)));
      if (before === undefined) continue;
      before.dispose();
      grad.dispose();
    }
  }

  endBatch(): void {
    for (const tensor of this.#owned) tensor.dispose();
    this.#owned.clear();
    [this.#xb, this.#yb] = [[], []];
    this.pred = this.loss = this.lossGrad = undefined;
  }

  end(): void {
    this.endBatch();
    for (const grad of this.grads.values()) grad.dispose();
    this.grads.clear();
    this.dl = undefined;
  }
}

function single(tensors: readonly Tensor[]): Tensor | readonly Tensor[] {
  const [first] = tensors;
  return first !== undefined && tensors.length === 1 ? first : tensors;
}
