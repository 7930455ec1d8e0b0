import type { TensorInfo } from "@tensorflow/tfjs-core";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { packRecurrent, runSequence, sequenceSize } from "./recurrent.ts";

/**
 * `gates` `[steps, batch, 4·hidden]` from the inputs, `bias` `[4·hidden]`, `hh` `[4·hidden, hidden]`, `h0` and `c0` `[batch, hidden]` →
 * `[hs, cs [steps, batch, hidden], activated [steps, batch, 4·hidden]]`; gates in the order i, f, g, o.
 * @source Hochreiter & Schmidhuber 1997, as torch.nn.LSTM computes it
 */
export const lstm: OwnKernel = ownKernel<"gates" | "bias" | "hh" | "h0" | "c0", object>(
  "FastapLstm",
  (heap) =>
    ({ gates, bias, hh, h0, c0 }) => {
      const size = sequenceSize("FastapLstm", { gates, parts: 4, hh, biases: [bias], states: [h0, c0] });
      const weights = packRecurrent(heap, hh, size, true);
      const sequence = [size.steps, size.batch, size.hidden];
      const [hs, cs, activated] = heap.outputs(sequence, sequence, gates.shape);
      const given = [heap.pointer(gates), heap.pointer(bias), weights, heap.pointer(h0), heap.pointer(c0)];
      runSequence(heap, "lstmForwardTask", size, [...given, heap.pointer(activated), heap.pointer(hs), heap.pointer(cs)]);
      return [hs, cs, activated];
    },
);

/** `dhs` `[steps, batch, hidden]`, `dc` `[batch, hidden]` of the last cell → `[dgates, dh0, dc0]`. */
export const lstmGrad: OwnKernel = ownKernel<"dhs" | "dc" | "activated" | "cs" | "c0" | "hh", object>(
  "FastapLstmGrad",
  (heap) =>
    ({ dhs, dc, activated, cs, c0, hh }) => {
      const size = sequenceSize("FastapLstmGrad", { gates: activated, parts: 4, hh, biases: [], states: [c0, dc] });
      const weights = packRecurrent(heap, hh, size, false);
      const [dGates, dh0, dc0] = heap.outputs(activated.shape, c0.shape, c0.shape);
      copy(dc, dc0);
      const given = [heap.pointer(dhs), heap.pointer(activated), heap.pointer(cs), heap.pointer(c0), weights];
      runSequence(heap, "lstmGradTask", size, [...given, heap.pointer(dGates), heap.pointer(dh0), heap.pointer(dc0)]);
      return [dGates, dh0, dc0];

      function copy(from: TensorInfo, to: TensorInfo): void {
        const start = heap.pointer(from);
        heap.backend.wasm.HEAPU8.copyWithin(heap.pointer(to), start, start + 4 * size.batch * size.hidden);
      }
    },
);
