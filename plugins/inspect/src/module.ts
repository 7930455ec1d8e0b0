import type { Param, Pred, Tensor } from "@fastap/kernel";
import { E_INSPECT_MODEL } from "./errors.ts";

/** One call of one module. Tensors are those of the call. */
export interface ModuleCall {
  readonly inputs: readonly Tensor[];
  readonly output: Pred;
}

/** What is asked of a module to look into it; those of `@fastap/plugin-nn` fit. */
export interface InspectModule {
  readonly path: string;
  readonly training: boolean;
  children(): readonly (readonly [name: string, module: InspectModule])[];
  parameters(): readonly Param[];
  forward(...xb: readonly Tensor[]): Pred;
  train(mode: boolean): void;
  /** Calls the observer after every call until the returned function is called. */
  observe(observer: (call: ModuleCall) => void): () => void;
  /** What the function makes of an output takes its place. */
  wrapOutput(wrap: (output: Pred) => Pred): () => void;
}

/** @throws E_INSPECT_MODEL */
export function inspectable(model: unknown): InspectModule {
  if (isInspectable(model)) return model;
  throw E_INSPECT_MODEL({ received: typeof model === "object" && model !== null ? model.constructor.name : typeof model });
}

function isInspectable(model: unknown): model is InspectModule {
  const names = ["children", "observe", "wrapOutput", "parameters", "forward", "train"];
  return typeof model === "object" && model !== null && names.every((name) => typeof Reflect.get(model, name) === "function");
}

/** Modules without children, depth first; one that has children and parameters of its own comes after them. @source fastai flatten_model */
export function flattenModel(model: InspectModule): InspectModule[] {
  const children = model.children().map(([, child]) => child);
  if (children.length === 0) return [model];
  return [...children.flatMap(flattenModel), ...(ownParameters(model).length > 0 ? [model] : [])];
}

/** Parameters of a module that none of its children has. */
export function ownParameters(module: InspectModule): readonly Param[] {
  const inside = new Set(module.children().flatMap(([, child]) => child.parameters()));
  return module.parameters().filter((param) => !inside.has(param));
}

/** The name of a module's class. */
export function kindOf(module: InspectModule): string {
  return module.constructor.name;
}
