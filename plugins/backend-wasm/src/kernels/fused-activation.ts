import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import { Composition } from "../composition.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

type Attrs = NamedAttrMap & { readonly activation?: string; readonly leakyreluAlpha?: number; readonly dataFormat?: string };
type Rest = "bias" | "preluActivationWeights";
type Given = Readonly<Record<string, TensorInfo | null | undefined>>;

const activations: Readonly<Record<string, string>> = { relu: "Relu", relu6: "Relu6", elu: "Elu", sigmoid: "Sigmoid" };

/** One number per channel, so that it meets the channels of `[batch, channels, height, width]`. */
function alongChannels(on: Composition, x: TensorInfo, { dataFormat }: Attrs): TensorInfo {
  const [channels = 1, ...others] = x.shape;
  if (dataFormat !== "NCHW" || channels === 1 || others.length > 0) return x;
  return on.reshape(x, [channels, 1, 1]);
}

function activate(on: Composition, x: TensorInfo, alpha: TensorInfo | null | undefined, attrs: Attrs): TensorInfo {
  const { activation = "linear", leakyreluAlpha = 0 } = attrs;
  if (activation === "linear") return x;
  if (activation === "prelu" && alpha != null) return on.run("Prelu", { x, alpha: alongChannels(on, alpha, attrs) });
  if (activation === "leakyrelu") return on.run("LeakyRelu", { x }, { alpha: leakyreluAlpha });
  const kernel = activations[activation];
  if (kernel === undefined) throw new Error(`there is no fused activation ${activation}`);
  return on.run(kernel, { x });
}

/**
 * A product, a bias and an activation. In place of the stock kernel, which makes zeros out of NaN and takes no bias but a vector; all three
 * run on this backend, one after the other.
 */
function fused<I extends string>(name: string, product: string, left: I, right: I): OwnKernel {
  return ownKernel<I | Rest, Attrs>(name, (heap) => (inputs, attrs) => {
    const on = new Composition(heap);
    const { bias, preluActivationWeights }: Given = inputs;
    try {
      let y = on.run(product, { [left]: inputs[left], [right]: inputs[right] }, attrs);
      if (bias != null) y = on.run("Add", { a: y, b: alongChannels(on, bias, attrs) });
      return on.finish(activate(on, y, preluActivationWeights, attrs));
    } finally {
      on.dispose();
    }
  });
}

export const fusedMatMul: OwnKernel = fused("_FusedMatMul", "BatchMatMul", "a", "b");
export const fusedConv2d: OwnKernel = fused("FusedConv2D", "Conv2D", "x", "filter");
export const fusedDepthwiseConv2d: OwnKernel = fused("FusedDepthwiseConv2D", "DepthwiseConv2dNative", "x", "filter");
