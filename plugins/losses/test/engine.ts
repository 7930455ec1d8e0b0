import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // registers gradients
import type { CrossEntropyOptions, Engine, Tensor } from "@fastap/kernel";
import { cast, div, gather, logSoftmax, mul, neg, notEqual, oneHot, onesLike, sum, where, zerosLike } from "@tensorflow/tfjs-core";

/** Cross-entropy in plain ops: all that losses ask of an engine. Without label smoothing. */
export const engine: { readonly ops: Pick<Engine["ops"], "softmaxCrossEntropy"> } = {
  ops: {
    softmaxCrossEntropy(logits: Tensor, labels: Tensor, { reduction, weight, ignoreIndex = -100 }: CrossEntropyOptions): Tensor {
      const counted = cast(notEqual(labels, ignoreIndex), "float32");
      const safe = where(notEqual(labels, ignoreIndex), labels, zerosLike(labels)) as typeof labels;
      const factor = mul(weight === undefined ? onesLike(counted) : gather(weight, cast(safe, "int32") as never), counted);
      const hot = cast(oneHot(cast(safe, "int32"), logits.shape.at(-1) ?? 1), "float32");
      const each = mul(neg(sum(mul(logSoftmax(logits), hot), -1)), factor);
      if (reduction === "none") return each;
      return reduction === "sum" ? sum(each) : div(sum(each), sum(factor));
    },
  },
};
