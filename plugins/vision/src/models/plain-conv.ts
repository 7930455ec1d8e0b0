import { Conv2d, kaimingNormalFanOut } from "@fastap/plugin-nn";

/** Without bias, as a norm follows, and padded to keep the size at stride 1. @source torchvision.models.resnet.conv3x3, conv1x1 */
export function plainConv(ni: number, nf: number, ks: number, stride: number = 1, groups: number = 1): Conv2d {
  return new Conv2d(ni, nf, ks, { stride, padding: (ks - 1) / 2, groups, bias: false, weightInit: kaimingNormalFanOut });
}
