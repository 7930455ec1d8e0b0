import { leaves, type Engine, type Pred, type Tensor } from "@fastap/kernel";
import { randomUniform } from "@tensorflow/tfjs-core";
import { E_INSPECT_LAYER } from "./errors.ts";
import { Hooks } from "./hook.ts";
import { kindOf, type InspectModule } from "./module.ts";

export type Size = readonly [height: number, width: number];

/** Shapes of what a module gave: one per tensor. */
export type OutputShapes = readonly (readonly number[])[];

/** Runs in evaluation mode and puts every module back into the mode it was in. */
export function evaluating<T>(model: InspectModule, f: () => T): T {
  const modes = modulesOf(model).map((module) => [module, module.training] as const);
  model.train(false);
  try {
    return f();
  } finally {
    for (const [module, training] of modes) module.train(training); // outer modules first, so inner ones have the last word
  }
}

function modulesOf(model: InspectModule): InspectModule[] {
  return [model, ...model.children().flatMap(([, child]) => modulesOf(child))];
}

/** Channels that the first convolution takes. @throws E_INSPECT_LAYER @source fastai.callback.hook.in_channels */
export function inChannels(model: InspectModule): number {
  // weights lie as [height, width, in, out] here
  const weight = model.parameters().find(({ value }) => value.shape.length === 4);
  if (weight !== undefined) return weight.value.shape[2] ?? 1;
  throw E_INSPECT_LAYER({ message: "the model has no convolution", expected: "a weight of four axes", received: kindOf(model) });
}

/** What the model makes of random input `[1, height, width, channels]` in −1…1, in evaluation mode; the caller disposes it. @source fastai dummy_eval */
export function dummyEval(engine: Engine, model: InspectModule, [height, width]: Size = [64, 64]): Pred {
  const channels = inChannels(model);
  return evaluating(model, () => engine.scope(() => model.forward(randomUniform([1, height, width, channels], -1, 1, "float32", 1))));
}

/** Shape of the output of every direct child for input of a size; undefined where it was not called. @source fastai.callback.hook.model_sizes */
export function modelSizes(engine: Engine, model: InspectModule, size: Size = [64, 64]): (readonly number[] | undefined)[] {
  const children = model.children().map(([, child]) => child);
  using hooks = new Hooks(children, (_, __, output) => shapesOf(output));
  engine.scope(() => void dummyEval(engine, model, size));
  return hooks.stored.map((shapes) => shapes?.[0]);
}

/** Channels that the last child gives: tries 32 × 32 pixels and doubles on failure. @throws E_INSPECT_LAYER @source fastai num_features_model */
export function numFeaturesModel(engine: Engine, model: InspectModule): number {
  let failure: unknown;
  for (let side = 32; side <= 2048; side *= 2) {
    try {
      return modelSizes(engine, model, [side, side]).at(-1)?.at(-1) ?? 0;
    } catch (error) {
      failure = error;
    }
  }
  const received = failure instanceof Error ? failure.message : String(failure);
  throw E_INSPECT_LAYER({ message: "the model takes no image of up to 2048 pixels", expected: "a convolutional body", received });
}

export function shapesOf(output: Pred): OutputShapes {
  return leaves(output).map((tensor: Tensor) => [...tensor.shape]);
}
