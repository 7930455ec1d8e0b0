import type { Engine, Tensor } from "@fastap/kernel";
import { slice } from "@tensorflow/tfjs-core";
import { Hooks } from "./hook.ts";
import { flattenModel, kindOf, ownParameters, type InspectModule } from "./module.ts";
import { evaluating, shapesOf, type OutputShapes } from "./probe.ts";

export interface LayerInfo {
  /** Name of its class. */
  readonly kind: string;
  /** Number of values it learns; undefined where it learns none. */
  readonly params: number | undefined;
  readonly trainable: boolean | undefined;
  readonly shapes: OutputShapes;
  /** The output has the shape of the input. */
  readonly same: boolean;
}

/** Every layer that one item went through, in the order of the model. Nothing is disposed but what was made here. @source fastai layer_info */
export function layerInfo(engine: Engine, model: InspectModule, ...xb: readonly Tensor[]): LayerInfo[] {
  using hooks = new Hooks(flattenModel(model), (module, inputs, output): LayerInfo => {
    const shapes = shapesOf(output);
    const same = inputs.some((x, i) => x.shape.join() === shapes[i]?.join());
    return { kind: kindOf(module), ...learned(module), shapes, same };
  });
  evaluating(model, () => engine.scope(() => void model.forward(...xb.map(firstItem))));
  return hooks.stored.filter((info) => info !== undefined);
}

function learned(module: InspectModule): Pick<LayerInfo, "params" | "trainable"> {
  const params = ownParameters(module);
  if (params.length === 0) return { params: undefined, trainable: undefined };
  const size = params.reduce((sum, { value }) => sum + value.shape.reduce((a, b) => a * b, 1), 0);
  return { params: size, trainable: params[0]?.trainable ?? false };
}

function firstItem(x: Tensor): Tensor {
  return slice(
    x,
    x.shape.map(() => 0),
    [1, ...x.shape.slice(1)],
  );
}
