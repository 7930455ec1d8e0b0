import type { ScopeNames } from "./from-tensorflow.ts";

/** `MobilenetV2/expanded_conv_3/depthwise` → `features.4.conv.1.0`; block 0 does not widen. @source TensorFlow Slim */
export const mobileNetV2Names: ScopeNames = (scope) => {
  if (scope === "MobilenetV2/Conv") return "features.0.0";
  if (scope === "MobilenetV2/Conv_1") return "features.18.0";
  if (scope.startsWith("MobilenetV2/Logits")) return "classifier.1";
  const [, , number = "0", part] = /^MobilenetV2\/expanded_conv(_(\d+))?\/(\w+)$/.exec(scope) ?? [];
  if (part === undefined) return undefined;
  const inner = ["expand", "depthwise", "project"].indexOf(part) - (number === "0" ? 1 : 0);
  return `features.${Number(number) + 1}.conv.${part === "project" ? inner : `${inner}.0`}`;
};

/** `MobilenetV1/MobilenetV1/Conv2d_3_pointwise` → `features.3.1.0`. @source TensorFlow Slim */
export const mobileNetV1Names: ScopeNames = (scope) => {
  if (scope.startsWith("MobilenetV1/Logits")) return "classifier";
  const [, number, part] = /Conv2d_(\d+)(?:_(depthwise|pointwise))?$/.exec(scope) ?? [];
  if (number === undefined) return undefined;
  return part === undefined ? "features.0.0" : `features.${number}.${part === "depthwise" ? 0 : 1}.0`;
};

const HEAD: Readonly<Record<string, string>> = {
  image_pooling: "image_pooling.0",
  aspp0: "aspp.0",
  concat_projection: "project.0",
  "logits/semantic": "classifier",
};

/** The body's as MobileNet v2's. @source TensorFlow's deeplab */
export const deepLabNames: ScopeNames = (scope) => HEAD[scope] ?? mobileNetV2Names(scope);
