import { getKernel, registerKernel, unregisterKernel } from "@tensorflow/tfjs-core";
import type { KernelBackend, KernelConfig, KernelFunc, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";

/** Of convolutions and pools: rows, then columns, before and after; or one number for all. */
type Pad = "same" | "valid" | number | readonly (readonly [number, number])[];
interface Attrs {
  readonly pad: Pad;
  readonly inputShape?: readonly [number, number, number, number];
}

/** Which input of a kernel is the image, whether its result has the shape of the image, and what the border holds. */
interface Padded {
  readonly image: string | undefined;
  readonly result: "image" | "other";
  readonly border: number;
}

/** Padding with the least number leaves maxima as they are. */
const LEAST = -3.4e38;

const KERNELS: Readonly<Record<string, Padded>> = {
  Conv2D: { image: "x", result: "other", border: 0 },
  Conv2DBackpropFilter: { image: "x", result: "other", border: 0 },
  Conv2DBackpropInput: { image: undefined, result: "image", border: 0 },
  DepthwiseConv2dNative: { image: "x", result: "other", border: 0 },
  DepthwiseConv2dNativeBackpropFilter: { image: "x", result: "other", border: 0 },
  DepthwiseConv2dNativeBackpropInput: { image: undefined, result: "image", border: 0 },
  MaxPool: { image: "x", result: "other", border: LEAST },
  MaxPoolGrad: { image: "input", result: "image", border: LEAST },
};

const done = new Set<string>();

/** tfjs-node takes "same" and "valid" only: any other padding is added to the image first, and taken off its gradient. Idempotent. */
export function padExplicitly(backendName: string): void {
  if (done.has(backendName)) return;
  done.add(backendName);
  for (const [kernelName, padded] of Object.entries(KERNELS)) {
    const stock = getKernel(kernelName, backendName);
    if (stock === undefined) continue;
    unregisterKernel(kernelName, backendName);
    registerKernel({ ...stock, kernelFunc: withPadding(stock, padded) });
  }
}

function withPadding({ kernelFunc: stock, backendName }: KernelConfig, { image, result, border }: Padded): KernelFunc {
  return (call) => {
    const attrs = call.attrs as unknown as Attrs;
    const sides = sidesOf(attrs.pad);
    if (sides === undefined) return stock(call);
    const place: Place = { backendName, backend: call.backend as KernelBackend };
    const paddings = [[0, 0], ...sides, [0, 0]];
    const narrow = image === undefined ? undefined : call.inputs[image];
    const wide = narrow === undefined ? undefined : runOn(place, "PadV2", narrow, { paddings, constantValue: border });
    const inputs = { ...call.inputs, ...wideImage(image, wide) };
    const out = stock({ ...call, inputs, attrs: validAttrs(attrs, paddings) }) as TensorInfo;
    if (wide !== undefined) place.backend.disposeData(wide.dataId);
    return result === "image" ? cut(place, out, windowOf(paddings, narrow?.shape ?? attrs.inputShape)) : out;
  };
}

function wideImage(image: string | undefined, wide: TensorInfo | undefined): NamedTensorInfoMap {
  return image === undefined || wide === undefined ? {} : { [image]: wide };
}

/** Where the image lies in the padded one. */
function windowOf(
  paddings: readonly (readonly number[])[],
  shape: readonly number[] = [],
): { readonly begin: number[]; readonly size: number[] } {
  return { begin: paddings.map(([before = 0]) => before), size: [...shape] };
}

/** For an image that has its padding. */
function validAttrs(attrs: Attrs, paddings: readonly (readonly number[])[]): NamedAttrMap {
  const inputShape = attrs.inputShape?.map((size, i) => size + (paddings[i] ?? []).reduce((a, b) => a + b, 0));
  return { ...attrs, pad: "valid", ...(inputShape === undefined ? {} : { inputShape }) } as unknown as NamedAttrMap;
}

/** The inner part of a tensor, which is disposed. */
function cut(place: Place, x: TensorInfo, window: ReturnType<typeof windowOf>): TensorInfo {
  const inner = runOn(place, "Slice", x, window);
  place.backend.disposeData(x.dataId);
  return inner;
}

/** Undefined where the stock kernel knows the padding. */
function sidesOf(pad: Pad): readonly (readonly [number, number])[] | undefined {
  if (typeof pad === "string" || pad === 0) return undefined;
  if (typeof pad === "number")
    return [
      [pad, pad],
      [pad, pad],
    ];
  return pad.slice(1, 3); // [batch, rows, columns, channels]
}

interface Place {
  readonly backendName: string;
  readonly backend: KernelBackend;
}

function runOn({ backendName, backend }: Place, name: string, x: TensorInfo, attrs: object): TensorInfo {
  const kernel = getKernel(name, backendName);
  if (kernel === undefined) throw new Error(`backend ${backendName} has no kernel ${name}`);
  return kernel.kernelFunc({ inputs: { x }, attrs: attrs as NamedAttrMap, backend }) as TensorInfo;
}
