import type { Tensor } from "@tensorflow/tfjs-core";
import { unfitInput } from "./unfit-input.ts";
import { activate } from "./activation.ts";
import { addByChannel, checkBias, epilogueGrads } from "./bias-activation.ts";
import type { Epilogue } from "./bias-activation.ts";
import { runFused, runPlain } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";
import { runTaped } from "./taped-op.ts";

/**
 * The activation of `x` `[rows, nIn]` · `weight` `[nIn, nOut]` plus `bias` `[nOut]`, as one node of the tape; bias and activation may be
 * absent. Differentiable in all three; the caller disposes the result, `[rows, nOut]`.
 * @throws E_ENGINE_OP_INPUT
 * @source torch.nn.functional.linear, whose weight lies the other way round
 */
export function linear(x: Tensor, weight: Tensor, { bias, activation }: Epilogue, hasKernel: HasKernel): Tensor {
  checkInputs(x, weight, bias);
  const inputs: Record<string, Tensor> = bias === undefined ? { x, weight } : { x, weight, bias };
  // Layers are many: no lists are taken apart on the way, which takes as long as a small kernel until the engine has compiled it.
  return runTaped({
    inputs,
    forward(save) {
      const result = hasKernel("FastapLinear")
        ? (runFused("FastapLinear", inputs, { activation })[0] as Tensor)
        : compose(x, weight, { bias, activation });
      save(activation === undefined ? [x, weight] : [x, weight, result]);
      return [result];
    },
    backward(dys, saved) {
      const { dx: sums, dBias } = epilogueGrads(dys[0] as Tensor, saved[2], { bias, activation }, hasKernel);
      return {
        x: () => product(sums, saved[1] as Tensor, false, true),
        weight: () => product(saved[0] as Tensor, sums, true, false),
        bias: dBias,
      };
    },
  })[0] as Tensor;
}

function compose(x: Tensor, weight: Tensor, { bias, activation }: Epilogue): Tensor {
  const y = product(x, weight, false, false);
  return activate(bias === undefined ? y : addByChannel(y, bias), activation);
}

function product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  return runPlain("BatchMatMul", { a, b }, { transposeA, transposeB });
}

function checkInputs(x: Tensor, weight: Tensor, bias: Tensor | undefined): void {
  const nIn = x.shape[1] ?? 0;
  const fits = (tensor: Tensor): boolean => tensor.rank === 2 && tensor.dtype === "float32";
  if (!fits(x)) throw unfitInput({ op: "linear", input: "x", expected: "float32 [rows, nIn]", received: x });
  if (!fits(weight) || weight.shape[0] !== nIn) {
    throw unfitInput({ op: "linear", input: "weight", expected: `float32 [${nIn}, nOut]`, received: weight });
  }
  checkBias("linear", bias, weight.shape[1]);
}
