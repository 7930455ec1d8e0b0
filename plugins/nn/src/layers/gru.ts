import type { RecurrentWeights, Tensor } from "@fastap/kernel";
import { Recurrent } from "./recurrent.ts";
import type { CellResult, RecurrentOptions } from "./recurrent.ts";

/**
 * `[steps, batch, inputSize]`, then optionally `h0` `[layers · directions, batch, hiddenSize]` → `[steps, batch, directions ·
 * hiddenSize]`, followed by the last `h` if `returnState`. @source torch.nn.GRU
 */
export class GRU extends Recurrent {
  protected readonly stateCount = 1;

  /** @throws E_NN_OPTION */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(3, inputSize, hiddenSize, options);
  }

  protected override ops(): readonly string[] {
    return ["FastapGru", "FastapGruGrad", "BatchMatMul", "Sum", "Concat", "Slice"];
  }

  protected run(x: Tensor, [h0]: readonly [Tensor], weights: RecurrentWeights): CellResult {
    const { output, h } = this.engine.ops.gru(x, h0, weights);
    return { output, states: [h] };
  }
}
