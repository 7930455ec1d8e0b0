import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { packRecurrent, runSequence, sequenceSize } from "./recurrent.ts";

/**
 * `gates` `[steps, batch, 3·hidden]` from the inputs, both biases `[3·hidden]`, `hh` `[3·hidden, hidden]`, `h0` `[batch, hidden]` →
 * `[hs [steps, batch, hidden], activated [steps, batch, 4·hidden]]`; gates in the order r, z, n. @source Cho et al. 2014, as torch.nn.GRU computes it
 */
export const gru: OwnKernel = ownKernel<"gates" | "biasIh" | "biasHh" | "hh" | "h0", object>(
  "FastapGru",
  (heap) =>
    ({ gates, biasIh, biasHh, hh, h0 }) => {
      const size = sequenceSize("FastapGru", { gates, parts: 3, hh, biases: [biasIh, biasHh], states: [h0] });
      const { steps, batch, hidden } = size;
      const weights = packRecurrent(heap, hh, size, true);
      const sums = heap.scratch("sums", 12 * batch * hidden);
      const [hs, activated] = heap.outputs([steps, batch, hidden], [steps, batch, 4 * hidden]);
      const given = [heap.pointer(gates), heap.pointer(biasIh), heap.pointer(biasHh), weights, heap.pointer(h0)];
      runSequence(heap, "gruForwardTask", size, [...given, heap.pointer(activated), heap.pointer(hs), sums]);
      return [hs, activated];
    },
);

/** `dhs` `[steps, batch, hidden]` → `[dgates, dhiddenGates [steps, batch, 3·hidden], dh0]`. */
export const gruGrad: OwnKernel = ownKernel<"dhs" | "activated" | "hs" | "h0" | "hh", object>(
  "FastapGruGrad",
  (heap) =>
    ({ dhs, activated, hs, h0, hh }) => {
      const hidden = h0.shape[1] ?? 0;
      const gates = { ...activated, shape: [...activated.shape.slice(0, 2), 3 * hidden] };
      const size = sequenceSize("FastapGruGrad", { gates, parts: 3, hh, biases: [], states: [h0] });
      const weights = packRecurrent(heap, hh, size, false);
      const [dGates, dHidden, dh0] = heap.outputs(gates.shape, gates.shape, h0.shape);
      const given = [heap.pointer(dhs), heap.pointer(activated), heap.pointer(hs), heap.pointer(h0), weights];
      runSequence(heap, "gruGradTask", size, [...given, heap.pointer(dGates), heap.pointer(dHidden), heap.pointer(dh0)]);
      return [dGates, dHidden, dh0];
    },
);
