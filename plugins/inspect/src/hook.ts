import { leaves, type Engine, type Pred, type Tensor } from "@fastap/kernel";
import { clone } from "@tensorflow/tfjs-core";
import type { InspectModule } from "./module.ts";
import { watchGradient } from "./output-gradient.ts";

/**
 * What is taken from a call. Runs inside the gradient tape, so it is synchronous. Going backward, `output` is the gradient of the output:
 * a list by place where the module gives several, and `inputs` is empty.
 */
export type HookFunction<T> = (module: InspectModule, inputs: readonly Tensor[], output: Pred) => T;

export interface HookOptions {
  /** Default true; false listens to the gradients of outputs, as they come back. */
  readonly isForward?: boolean;
}

/** Calls a function after every call of a module, or every gradient of its output, and keeps what the last one gave. `@source fastai.callback.hook.Hook` */
export class Hook<T> {
  readonly module: InspectModule;
  #stored: T | undefined;
  #remove: (() => void) | undefined;
  readonly #dispose: ((stored: T) => void) | undefined;

  /** `dispose` frees what is replaced or left at the end. */
  constructor(module: InspectModule, hook: HookFunction<T>, dispose?: (stored: T) => void, { isForward = true }: HookOptions = {}) {
    this.module = module;
    this.#dispose = dispose;
    const take = (inputs: readonly Tensor[], output: Pred): void => {
      this.#drop();
      this.#stored = hook(module, inputs, output);
    };
    this.#remove = isForward
      ? module.observe(({ inputs, output }) => take(inputs, output))
      : module.wrapOutput((output) => backward(output, (gradients) => take([], gradients)));
  }

  /** Of the last call; undefined before the first. */
  get stored(): T | undefined {
    return this.#stored;
  }

  /** Stops listening and frees what is stored; harmless when repeated. */
  remove(): void {
    this.#remove?.();
    this.#remove = undefined;
    this.#drop();
  }

  [Symbol.dispose](): void {
    this.remove();
  }

  #drop(): void {
    if (this.#stored !== undefined) this.#dispose?.(this.#stored);
    this.#stored = undefined;
  }
}

/** One hook per module, in order. `@source fastai.callback.hook.Hooks` */
export class Hooks<T> {
  readonly hooks: readonly Hook<T>[];

  constructor(modules: readonly InspectModule[], hook: HookFunction<T>, dispose?: (stored: T) => void, options?: HookOptions) {
    this.hooks = modules.map((module) => new Hook(module, hook, dispose, options));
  }

  get stored(): readonly (T | undefined)[] {
    return this.hooks.map((hook) => hook.stored);
  }

  remove(): void {
    for (const hook of this.hooks) hook.remove();
  }

  [Symbol.dispose](): void {
    this.remove();
  }
}

export interface HookOutputOptions {
  /** Gradients of outputs instead; default false. */
  readonly grad?: boolean;
}

/** Keeps the last output of a module, or its gradient, one tensor or several; the hook owns them. `@source fastai.callback.hook.hook_output` */
export function hookOutput(engine: Engine, module: InspectModule, { grad = false }: HookOutputOptions = {}): Hook<readonly Tensor[]> {
  return new Hook(module, keptOutput(engine), disposeAll, { isForward: !grad });
}

/** @source fastai.callback.hook.hook_outputs */
export function hookOutputs(
  engine: Engine,
  modules: readonly InspectModule[],
  { grad = false }: HookOutputOptions = {},
): Hooks<readonly Tensor[]> {
  return new Hooks(modules, keptOutput(engine), disposeAll, { isForward: !grad });
}

/** Calls `take` with what gradients of an output have come back so far: one of several parts may have none. */
function backward(output: Pred, take: (gradients: Pred) => void): Pred {
  const seen: Tensor[] = [];
  const single = !Array.isArray(output);
  return watchGradient(output, (gradient, place) => {
    seen[place] = gradient;
    take(single ? gradient : seen.filter((each) => each !== undefined));
  });
}

/** Copies that share the values: the loop disposes its own tensors when it likes. */
function keptOutput(engine: Engine): HookFunction<readonly Tensor[]> {
  return (_, __, output) => leaves(output).map((tensor) => engine.keep(clone(tensor)));
}

function disposeAll(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) tensor.dispose();
}
