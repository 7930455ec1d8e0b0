import { leaves, type Engine, type Pred, type Tensor } from "@fastap/kernel";
import { clone } from "@tensorflow/tfjs-core";
import type { InspectModule } from "./module.ts";

/** What is taken from a call. Runs inside the gradient tape, so it is synchronous. */
export type HookFunction<T> = (module: InspectModule, inputs: readonly Tensor[], output: Pred) => T;

/** Calls a function after every call of a module and keeps what the last one gave. `@source fastai.callback.hook.Hook` */
export class Hook<T> {
  readonly module: InspectModule;
  #stored: T | undefined;
  #remove: (() => void) | undefined;
  readonly #dispose: ((stored: T) => void) | undefined;

  /** `dispose` frees what is replaced or left at the end. */
  constructor(module: InspectModule, hook: HookFunction<T>, dispose?: (stored: T) => void) {
    this.module = module;
    this.#dispose = dispose;
    this.#remove = module.observe(({ inputs, output }) => {
      this.#drop();
      this.#stored = hook(module, inputs, output);
    });
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

  constructor(modules: readonly InspectModule[], hook: HookFunction<T>, dispose?: (stored: T) => void) {
    this.hooks = modules.map((module) => new Hook(module, hook, dispose));
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

/** Keeps the last output of a module, one tensor or several; the hook owns them. `@source fastai.callback.hook.hook_output` */
export function hookOutput(engine: Engine, module: InspectModule): Hook<readonly Tensor[]> {
  return new Hook(module, keptOutput(engine), disposeAll);
}

/** @source fastai.callback.hook.hook_outputs */
export function hookOutputs(engine: Engine, modules: readonly InspectModule[]): Hooks<readonly Tensor[]> {
  return new Hooks(modules, keptOutput(engine), disposeAll);
}

/** Copies that share the values: the loop disposes its own tensors when it likes. */
function keptOutput(engine: Engine): HookFunction<readonly Tensor[]> {
  return (_, __, output) => leaves(output).map((tensor) => engine.keep(clone(tensor)));
}

function disposeAll(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) tensor.dispose();
}
