import { leaves } from "@fastap/kernel";
import type { Tensor } from "@fastap/kernel";
import { clone } from "@tensorflow/tfjs-core";
import type { Module, ModuleServices } from "./module.ts";
import { Counter } from "./parameter.ts";

/** Runs the model once more and reads every output; buffers and the generator are left as they were. */
export async function firstNonFinite(
  model: Module,
  { engine, random }: ModuleServices,
  xb: readonly Tensor[],
): Promise<string | undefined> {
  return await engine.scopeAsync(async () => {
    const outputs: [path: string, output: Tensor][] = [];
    const removes = model
      .namedModules()
      .map(([path, module]) =>
        module.observe(({ output }) => outputs.push(...leaves(output).map((leaf): [string, Tensor] => [path, engine.keep(clone(leaf))]))),
      );
    const restore = remember(model);
    const state = random.state();
    try {
      model.forward(...xb);
    } finally {
      for (const remove of removes) remove();
      restore();
      random.restore(state);
    }
    try {
      return await firstBroken(outputs, async (tensor) => await engine.read(tensor));
    } finally {
      for (const [, tensor] of outputs) tensor.dispose();
    }
  });
}

async function firstBroken(
  outputs: readonly (readonly [string, Tensor])[],
  read: (tensor: Tensor) => Promise<ArrayLike<number>>,
): Promise<string | undefined> {
  for (const [path, tensor] of outputs) {
    const data = await read(tensor);
    if (!Array.prototype.every.call(data, Number.isFinite)) return path;
  }
  return undefined;
}

function remember(model: Module): () => void {
  const undo = [...model.buffers().values()].map((buffer) => {
    if (buffer instanceof Counter) {
      const { value } = buffer;
      return () => void (buffer.value = value);
    }
    const copy = clone(buffer.value);
    return () => {
      buffer.value.assign(copy);
    };
  });
  return () => {
    for (const step of undo) step();
  };
}
