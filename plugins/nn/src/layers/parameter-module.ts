import type { Tensor } from "@fastap/kernel";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";

/** A parameter that no child has, as a layer that changes nothing, so that walks over layers meet it. @source fastai.layers.ParameterModule */
export class ParameterModule extends Module {
  readonly val: Parameter;

  constructor(val: Parameter) {
    super();
    this.val = val;
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    return x;
  }
}

/** Children, and the module's own parameters after them. @source fastai.layers.children_and_parameters */
export function childrenAndParameters(module: Module): Module[] {
  const children = module.children().map(([, child]) => child);
  const owned = new Set<unknown>(children.flatMap((child) => [...child.saved().values()]));
  const lone = [...module.saved().values()].filter((item) => item instanceof Parameter && !owned.has(item));
  return [...children, ...lone.map((item) => new ParameterModule(item as Parameter))];
}

/** The layers without children, in order, lone parameters among them. @source fastai.layers.flatten_model */
export function flattenModel(module: Module): Module[] {
  if (module.children().length === 0) return [module];
  return childrenAndParameters(module).flatMap(flattenModel);
}
