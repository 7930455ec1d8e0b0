import type { Callback, Engine, Tensor } from "@fastap/kernel";

/** Breaks the second gradient or parameter of a model in one step. */
export function poison(what: "gradient" | "weight", step: number): Callback {
  return {
    name: "poison",
    afterBackward: ({ trainIter, grads, engine }) => {
      if (what !== "gradient" || trainIter !== step) return;
      const second = [...grads][1];
      if (second === undefined) return;
      grads.set(second[0], spoil(engine, second[1], Infinity));
      second[1].dispose();
    },
    afterStep: ({ trainIter, model, engine }) => {
      const param = model.parameters()[1]?.value;
      if (what !== "weight" || trainIter !== step || param === undefined || !("assign" in param)) return;
      const broken = spoil(engine, param, NaN);
      (param.assign as (value: Tensor) => void)(broken);
      broken.dispose();
    },
  };
}

function spoil(engine: Engine, tensor: Tensor, value: number): Tensor {
  return engine.from(new Float32Array(tensor.size).fill(value), tensor.shape);
}
