import type { RecurrentWeights, Tensor } from "@fastap/kernel";
import { Recurrent } from "./recurrent.ts";
import type { CellResult, RecurrentOptions } from "./recurrent.ts";

/**
 * `[steps, batch, inputSize]`, then optionally `h0` and `c0` `[layers · directions, batch, hiddenSize]` → `[steps, batch, directions ·
 * hiddenSize]`, followed by the last `h` and `c` if `returnState`. @source torch.nn.LSTM
 */
export class LSTM extends Recurrent {
  protected readonly stateCount = 2;

  /** @throws E_NN_OPTION */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(4, inputSize, hiddenSize, options);
  }

  protected override ops(): readonly string[] {
    return ["FastapLstm", "FastapLstmGrad", "BatchMatMul", "AddN", "Sum", "Concat", "Slice"];
  }

  protected run(x: Tensor, [h0, c0]: readonly [Tensor, Tensor], weights: RecurrentWeights): CellResult {
    const { output, h, c } = this.engine.ops.lstm(x, h0, c0, weights);
    return { output, states: [h, c] };
  }
}
