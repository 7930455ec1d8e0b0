import { isCancel, isFastapError, leaves } from "@fastap/kernel";
import type { Engine, FusedActivation, Model, OpNeed, Pred, Random, StateDict, Tensor } from "@fastap/kernel";
import { callText, E_NN_LAYER, E_NN_SHAPE, E_NN_UNINITIALISED } from "./errors.ts";
import { firstNonFinite } from "./non-finite.ts";
import { Buffer, Counter, Parameter } from "./parameter.ts";
import { loadState, readState } from "./state-dict.ts";
import type { Saved } from "./state-dict.ts";

/** One call of one module, as observers see it. Tensors are those of the call: keep what shall outlive it. */
export interface ModuleCall {
  readonly module: Module;
  readonly inputs: readonly Tensor[];
  readonly output: Pred;
}

export type Observer = (call: ModuleCall) => void;
export interface ModuleServices {
  readonly engine: Engine;
  readonly random: Random;
}

/**
 * A layer or a model. Subclasses put Parameters, Buffers, Counters, Modules and arrays of Modules in properties, whose names in
 * snake case are those of PyTorch, and compute in `call`. There are no tensors before `init`; `dispose` frees them.
 * @source torch.nn.Module
 */
export abstract class Module implements Model {
  #training = true;
  #path = "";
  #services: ModuleServices | undefined;
  /** The loop asks for the parameters at every batch; a model's structure is fixed from `init` on. */
  #parameters: readonly Parameter[] | undefined;
  readonly #observers = new Set<Observer>();
  readonly #wraps = new Set<(output: Pred) => Pred>();

  /** The computation. Use `this.engine` for fused ops, `this.shapeError` for input that does not fit. */
  protected abstract call(...xb: readonly Tensor[]): Pred;

  /** For layers that can apply the activation after them in the same pass: `call`, and then that. */
  protected activated?(activation: FusedActivation, xb: readonly Tensor[]): Pred;

  /** What this layer is, if it is an activation that the layer before may apply. */
  readonly fusedActivation: FusedActivation | undefined;

  /** Kernels that `call` and its gradient run, by their tfjs names; children state their own. */
  protected ops(): readonly string[] {
    return [];
  }

  /** Where this module is in the model that was initialised; "" for the model itself. */
  get path(): string {
    return this.#path;
  }

  get training(): boolean {
    return this.#training;
  }

  init(services: ModuleServices): void {
    for (const [path, module] of this.namedModules()) module.#materialise(path, services);
    this.#parameters = [...this.saved().values()].filter((item) => item instanceof Parameter);
  }

  /** @throws E_NN_UNINITIALISED, E_NN_SHAPE, E_NN_LAYER with the path of the innermost layer that failed */
  forward(...xb: readonly Tensor[]): Pred {
    let output = this.#located(() => this.call(...xb), xb);
    for (const wrap of this.#wraps) output = wrap(output);
    for (const observer of this.#observers) observer({ module: this, inputs: xb, output });
    return output;
  }

  /** This layer and an activation in one pass, where it can do that and nobody observes it; else nothing, and undefined. @throws as forward does */
  forwardActivated(activation: FusedActivation | undefined, ...xb: readonly Tensor[]): Pred | undefined {
    if (activation === undefined || this.activated === undefined || this.#watched) return undefined;
    return this.#located(() => this.activated?.(activation, xb), xb);
  }

  /** ReLU of this layer's output. @throws as forward does */
  forwardRelu(...xb: readonly Tensor[]): Tensor {
    return (this.forwardActivated("relu", ...xb) ?? this.engine.ops.relu(this.forward(...xb) as Tensor)) as Tensor;
  }

  /** The activation that this layer is, if the layer before may apply it: nobody observes this one. */
  get openActivation(): FusedActivation | undefined {
    return this.#watched ? undefined : this.fusedActivation;
  }

  /** Sees every call from now on, until the function that it returns is called. */
  observe(observer: Observer): () => void {
    const own: Observer = (call) => observer(call);
    this.#observers.add(own);
    return () => void this.#observers.delete(own);
  }

  /** What `wrap` makes of every output takes its place, until the function that it returns is called: a way to see gradients come back. */
  wrapOutput(wrap: (output: Pred) => Pred): () => void {
    const own = (output: Pred): Pred => wrap(output);
    this.#wraps.add(own);
    return () => void this.#wraps.delete(own);
  }

  get #watched(): boolean {
    return this.#observers.size + this.#wraps.size > 0;
  }

  train(mode: boolean): void {
    for (const [, module] of this.namedModules()) module.#training = mode;
  }

  /** Modules directly inside, by name. */
  children(): readonly (readonly [name: string, module: Module])[] {
    return Object.entries(this).flatMap(([key, value]: [string, unknown]) => {
      if (value instanceof Module) return [[snakeCase(key), value] as const];
      if (!Array.isArray(value)) return [];
      return value.flatMap((item: unknown, i) => (item instanceof Module ? [[`${snakeCase(key)}.${i}`, item] as const] : []));
    });
  }

  /** This module (path "") and all inside, depth first in order of definition, each once. */
  namedModules(prefix: string = "", seen: Set<Module> = new Set()): (readonly [path: string, module: Module])[] {
    if (seen.has(this)) return [];
    seen.add(this);
    return [[prefix, this], ...this.children().flatMap(([name, child]) => child.namedModules(join(prefix, name), seen))];
  }

  /** @throws E_NN_UNINITIALISED */
  parameters(): readonly Parameter[] {
    this.#ready("parameters");
    return this.#parameters ?? [...this.saved().values()].filter((item) => item instanceof Parameter);
  }

  /** Buffers and counters by path. */
  buffers(): ReadonlyMap<string, Buffer | Counter> {
    return new Map([...this.saved()].flatMap(([name, item]) => (item instanceof Parameter ? [] : [[name, item] as const])));
  }

  /** Everything that a state dict holds, by its name there. */
  saved(): ReadonlyMap<string, Saved> {
    return new Map(
      this.namedModules().flatMap(([path, module]) => module.#own().map(([name, item]): [string, Saved] => [join(path, name), item])),
    );
  }

  /** @throws E_NN_UNINITIALISED */
  async stateDict(): Promise<StateDict> {
    return await readState(this.saved(), this.#ready("stateDict").engine);
  }

  /** Before `init`, what the state holds is what `init` starts with. @throws E_NN_STATE with every key that is missing, unexpected or of another shape */
  loadStateDict(state: StateDict, { strict = true }: { readonly strict?: boolean } = {}): void {
    loadState(this.saved(), state, this.#services?.engine, strict);
  }

  requiredOps(): readonly OpNeed[] {
    return this.namedModules().flatMap(([layer, module]) => module.ops().map((op) => ({ layer, op })));
  }

  async firstNonFinite(...xb: readonly Tensor[]): Promise<string | undefined> {
    return await firstNonFinite(this, this.#ready("firstNonFinite"), xb);
  }

  /** Frees parameters and buffers; harmless when repeated. */
  dispose(): void {
    for (const [, module] of this.namedModules()) {
      module.#services = undefined;
      for (const [, item] of module.#own()) if (!(item instanceof Counter)) item.dispose();
    }
  }

  protected get engine(): Engine {
    return this.#ready("call").engine;
  }

  protected get random(): Random {
    return this.#ready("call").random;
  }

  /** For `call` to throw: the error names this layer, what it expects and what it got. */
  protected shapeError(expected: string, received: readonly Tensor[], hint?: string): Error {
    const text = received.map((x) => `${x.dtype} [${x.shape.join(", ")}]`).join(", ") || "nothing";
    const call = { path: this.#path, kind: this.constructor.name, backend: this.engine.backend };
    return E_NN_SHAPE({ ...call, expected, received: text, ...(hint === undefined ? {} : { hint }) });
  }

  #materialise(path: string, services: ModuleServices): void {
    this.#path = path;
    for (const [name, item] of this.#own()) {
      if (item instanceof Parameter) item.name = join(path, name);
      if (!(item instanceof Counter)) item.materialise(services.engine, services.random);
    }
    this.#services = services;
  }

  /** Parameters before buffers, as PyTorch lists them. */
  #own(): [string, Saved][] {
    const own = Object.entries(this).flatMap(([key, value]: [string, unknown]): [string, Saved][] =>
      value instanceof Parameter || value instanceof Buffer || value instanceof Counter ? [[snakeCase(key), value]] : [],
    );
    return [...own.filter(([, item]) => item instanceof Parameter), ...own.filter(([, item]) => !(item instanceof Parameter))];
  }

  #ready(action: string): ModuleServices {
    if (this.#services === undefined) throw E_NN_UNINITIALISED({ kind: this.constructor.name, action });
    return this.#services;
  }

  /** Runs a computation of this layer, in whose errors it names itself. */
  #located<T>(compute: () => T, xb: readonly Tensor[]): T {
    if (this.#services === undefined) throw E_NN_UNINITIALISED({ kind: this.constructor.name, action: "forward" });
    try {
      return compute();
    } catch (error) {
      throw this.#placed(error, xb);
    }
  }

  #placed(error: unknown, xb: readonly Tensor[]): unknown {
    if (!(error instanceof Error) || isCancel(error) || located.has(error)) return error;
    const shapes = leaves(xb).map((x) => x.shape);
    const call = { path: this.#path, kind: this.constructor.name, shapes, backend: this.#services?.engine.backend ?? "" };
    const coded = isFastapError(error) ? error : undefined;
    // An error of ours keeps its code and gets a line more; those of layers name theirs already.
    if (coded !== undefined && !coded.code.startsWith("E_NN_")) coded.message += `\n  in ${callText(call)}`;
    const placed = coded ?? E_NN_LAYER({ ...call, reason: error.message }, error);
    located.add(placed);
    return placed;
  }
}

/** Errors that say in which layer they were thrown, which is the innermost. */
const located = new WeakSet<Error>();

function join(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}.${name}`;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
