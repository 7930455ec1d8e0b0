import type { Callback, Run } from "@fastap/kernel";
import { Hooks, type HookFunction, type HookOptions } from "./hook.ts";
import { flattenModel, inspectable, ownParameters, type InspectModule } from "./module.ts";

export interface HookCallbackOptions extends HookOptions {
  /** Default: layers that learn. */
  readonly modules?: readonly InspectModule[] | undefined;
  /** Listen at every so many training batches only. Default: at all. */
  readonly every?: number | undefined;
  /** Stop listening at the end of the fit. Default true. */
  readonly removeEnd?: boolean;
  /** Layers that learn nothing too, where `modules` is not given. Default false. */
  readonly includeParamless?: boolean;
}

/** What a hooking callback adds to {@link HookCallback}: its name, what it takes from a call, and what it makes of that. */
export interface HookRule<T> {
  readonly name: string;
  readonly hook: HookFunction<T>;
  /** Frees what a hook stored. */
  readonly dispose?: (stored: T) => void;
  /** After a training batch with live hooks: what each module gave last. */
  readonly afterBatch?: (stored: readonly (T | undefined)[], run: Run) => void | Promise<void>;
  readonly beforeFit?: (run: Run) => void;
}

/** Hooks on a model for the time of a fit. @source fastai.callback.hook.HookCallback */
export function hookCallback<T>(rule: HookRule<T>, options: HookCallbackOptions = {}): Callback {
  const { every, removeEnd = true, includeParamless = false, isForward = true } = options;
  let modules: readonly InspectModule[] = [];
  let hooks: Hooks<T> | undefined;
  const remove = (): void => {
    hooks?.remove();
    hooks = undefined;
  };
  const register = (): void => {
    hooks ??= new Hooks(modules, rule.hook, rule.dispose, { isForward });
  };
  return {
    name: rule.name,
    runValid: false,
    beforeFit: (run) => {
      remove();
      const all = flattenModel(inspectable(run.model));
      modules = options.modules ?? all.filter((module) => includeParamless || ownParameters(module).length > 0);
      rule.beforeFit?.(run);
      if (every === undefined) register();
    },
    beforeBatch: ({ trainIter }) => {
      if (every !== undefined && trainIter % every === 0) register();
    },
    afterBatch: async (run) => {
      if (hooks === undefined || !run.training) return;
      await rule.afterBatch?.(hooks.stored, run);
      if (every !== undefined) remove();
    },
    afterFit: () => {
      if (removeEnd) remove();
    },
  };
}
