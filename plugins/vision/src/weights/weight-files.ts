import { imagenetStats } from "../core/stats.ts";
import { fromTensorflow } from "./from-tensorflow.ts";
import { deepLabNames, mobileNetV1Names, mobileNetV2Names } from "./tensorflow-names.ts";
import { tinyDarknetWeights } from "./tiny-darknet-weights.ts";
import { shardsOf } from "./tfjs-file.ts";
import type { WeightFile } from "./weight-file.ts";

const half = (value: number): NonNullable<WeightFile["stats"]> => ({ mean: [value, value, value], std: [value, value, value] });

const TFLITE = "https://github.com/tensorflow/tflite-support/tree/dd3362ea";

/** On Hugging Face, as timm publishes them; torchvision's own training where timm has not its own. */
const timm = (arch: string, model: string, licence: string): WeightFile => ({
  name: arch,
  file: `timm/${model}/model.safetensors`,
  source: `https://huggingface.co/timm/${model}`,
  url: `https://huggingface.co/timm/${model}/resolve/main/model.safetensors`,
  licence,
  stats: imagenetStats,
});

/** What this package knows. */
export const weightFiles: readonly WeightFile[] = [
  {
    name: "mobilenet_v2",
    file: "imagenet-weights/mobilenet_v2_1.0_224.safetensors",
    sha256: "7a8517f07055d118247af00b41c81595ba695f903e05b65bfa2c8af127193b02",
    source: TFLITE,
    licence: "Apache-2.0",
    stats: half(128 / 255),
    decode: fromTensorflow(mobileNetV2Names, "classifier.1"),
  },
  {
    name: "mobilenet_v1_025",
    file: "imagenet-weights/mobilenet_v1_0.25_224.safetensors",
    sha256: "0a26a18398b11d7096e72dbd456f62caba3a80449356b087f21786b0abf62005",
    source: TFLITE,
    licence: "Apache-2.0",
    stats: half(0.5),
    decode: fromTensorflow(mobileNetV1Names, "classifier"),
  },
  {
    name: "deeplab_mnv2",
    file: "imagenet-weights/deeplabv3_mnv2_dm05_257_voc.safetensors",
    sha256: "387bef5c0f994f1cafc8844435ba141cb2a10f981c7b7107f26cea83ded36e4e",
    source: TFLITE,
    licence: "Apache-2.0",
    stats: half(0.5),
    decode: fromTensorflow(deepLabNames),
  },
  {
    name: "tiny_darknet",
    file: "tiny-darknet/model.json",
    sha256: "5a5ee1ddb33ac7948b303197f4c63f72a80fc00a7d2870d30843004ddd5b4b51",
    source: "https://github.com/ml5js/ml5-data-and-models/tree/0612a3e/models/darknetclassifier/darknettiny",
    url: "https://raw.githubusercontent.com/ml5js/ml5-data-and-models/master/models/darknetclassifier/darknettiny/model.json",
    beside: { names: shardsOf, sha256: "767115e21d4f323d7b412c9cb2c53977c8c15215b6934d5928485e5634c8bd0f" },
    licence: "MIT",
    decode: tinyDarknetWeights,
  },
  {
    name: "cifar_resnet20",
    file: "cifar10-resnets/resnet20_cifar10.safetensors",
    sha256: "67daecf0c571c5a28b26c9f4b512d9151a6831b176f3eb457723d073026e5dc6",
    source: "https://github.com/akamaster/pytorch_resnet_cifar10/tree/d5489e8",
    licence: "BSD-2-Clause",
    stats: imagenetStats,
  },
  timm("resnet18", "resnet18.a1_in1k", "Apache-2.0"),
  timm("resnet34", "resnet34.a1_in1k", "Apache-2.0"),
  timm("resnet50", "resnet50.a1_in1k", "Apache-2.0"),
  timm("resnet101", "resnet101.a1_in1k", "Apache-2.0"),
  timm("resnet152", "resnet152.a1_in1k", "Apache-2.0"),
  ...["resnet18d", "resnet34d", "resnet50d", "resnet101d", "resnet152d", "resnet200d", "resnet26t"].map((arch) =>
    timm(arch, `${arch}.ra2_in1k`, "Apache-2.0"),
  ),
  ...["resnet26", "resnet26d", "resnext50d_32x4d"].map((arch) => timm(arch, `${arch}.bt_in1k`, "Apache-2.0")),
  ...["resnet10t", "resnet14t"].map((arch) => timm(arch, `${arch}.c3_in1k`, "Apache-2.0")),
  ...["wide_resnet50_2", "wide_resnet101_2", "resnext50_32x4d", "resnext101_32x8d"].map((arch) =>
    timm(arch, `${arch}.tv_in1k`, "BSD-3-Clause"),
  ),
  ...["vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn"].map((arch) => timm(arch, `${arch}.tv_in1k`, "BSD-3-Clause")),
  timm("densenet121", "densenet121.tv_in1k", "BSD-3-Clause"),
  timm("densenet161", "densenet161.tv_in1k", "BSD-3-Clause"),
  timm("densenet169", "densenet169.tv_in1k", "BSD-3-Clause"),
  timm("densenet201", "densenet201.tv_in1k", "BSD-3-Clause"),
];
