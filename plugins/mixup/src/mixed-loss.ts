import type { LossFunc, Tensor } from "@fastap/kernel";
import { add, mean, mul, reshape, sub, sum, tidy } from "@tensorflow/tfjs-core";

/** What of a batch was mixed: the partners' targets, and the share of the original of each item, `[batch]` or `[1]`. */
export interface Mixture {
  readonly partners: readonly Tensor[];
  readonly lam: Tensor;
}

/**
 * The loss against both targets, weighted by their shares, then reduced as `lossFunc` says. What it activates and decodes is as before.
 * `@source fastai.callback.mixup.MixHandler.lf`
 */
export function mixedLoss(lossFunc: LossFunc, mixture: () => Mixture | undefined): LossFunc {
  const each = lossFunc.withReduction("none");
  return {
    name: lossFunc.name,
    yInt: lossFunc.yInt,
    reduction: lossFunc.reduction,
    forward(pred, ...yb) {
      const mixed = mixture();
      if (mixed === undefined) return lossFunc.forward(pred, ...yb);
      return tidy(() => {
        const { partners, lam } = mixed;
        const [own, other] = [each.forward(pred, ...yb), each.forward(pred, ...partners)];
        const share = perItem(lam, own);
        const loss = reshape(add(mul(share, byItem(own, lam)), mul(sub(1, share), byItem(other, lam))), own.shape);
        if (lossFunc.reduction === "none") return loss;
        return lossFunc.reduction === "sum" ? sum(loss) : mean(loss);
      });
    },
    withReduction: (reduction) => mixedLoss(lossFunc.withReduction(reduction), mixture),
    activation: (pred) => lossFunc.activation(pred),
    decodes: (pred) => lossFunc.decodes(pred),
  };
}

/** `[items, values of an item]`: a loss of every pixel has more values than there are shares. */
function byItem(loss: Tensor, lam: Tensor): Tensor {
  return lam.size === 1 ? loss : reshape(loss, [lam.size, -1]);
}

function perItem(lam: Tensor, loss: Tensor): Tensor {
  return lam.size === 1 ? reshape(lam, []) : reshape(lam, [lam.size, ...(loss.size >= lam.size ? [1] : [])]);
}
