import { ConvLayer, Sequential } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { architectures, basicCritic, basicGenerator, bodyOf, createVisionModel, DynamicUnet } from "@fastap/plugin-vision";
import type { Architecture } from "@fastap/plugin-vision";
import { isCall, nameOf, parsePython } from "../python-expression.ts";
import type { PythonValue } from "../python-expression.ts";
import { Arguments, defined } from "./arguments.ts";
import { convOptions } from "./build-convs.ts";
import { buildLayer, layerOf } from "./build.ts";
import { isXResNet, xresnetOf } from "./xresnet-of.ts";

/** Shapes by name in PyTorch's state dict. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

interface Place {
  readonly shapes: Shapes;
  /** Of the images. */
  readonly channels: number;
}

const strided = /^DynamicUnet\((\d+) stride-2 ConvLayers ([\d,]+), n_out (\d+), \((\d+),\s*(\d+)\)(?:, )?(.*)\)$/;
const gan = /\b(?:basic_critic|basic_generator|gan_critic)\(.*$/;

/** Whether it is a vision model of a kind that is here. */
export function isVisionModel(text: string): boolean {
  const name = calledIn(text);
  return isXResNet(text) || gan.test(text) || name in MODELS || architectures.some((arch) => arch.name === name);
}

/** `resnet18` of `resnet18(num_classes=4)`. */
function calledIn(text: string): string {
  return /^(\w+)\(/.exec(text)?.[1] ?? "";
}

const MODELS: Readonly<Record<string, (text: string, place: Place) => Module>> = {
  DynamicUnet: unet,
  create_unet_model: unetModel,
  create_vision_model: visionModel,
  create_body: (text, { channels }) => encoderOf(parsePython(text), text, channels),
};

/** A vision model as a case describes it. */
export function modelOf(text: string, place: Place): Module {
  if (isXResNet(text)) return xresnetOf(text, parsePython(text), place.shapes);
  const critic = gan.exec(text);
  if (critic !== null) return critic[0].startsWith("gan_critic") ? buildLayer(critic[0], place.channels) : basicGan(critic[0]);
  const make = MODELS[calledIn(text)];
  return make === undefined ? wholeModel(text, place) : make(text, place);
}

/** `resnet18(num_classes=4)` */
function wholeModel(text: string, { channels }: Place): Module {
  const a = argumentsOf(text);
  const nOut = a.number("n_out") ?? a.number("num_classes");
  a.ignore("pretrained", "weights");
  a.done();
  return architecture({ identifier: a.name }).make({ nIn: channels, ...defined({ nOut }) });
}

function architecture(value: PythonValue | undefined): Architecture {
  const name = nameOf(value) ?? "";
  const found = architectures.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no architecture ${name}`);
  return found;
}

function argumentsOf(text: string): Arguments {
  const value = parsePython(text);
  if (!isCall(value)) throw new Error(`not a call: ${text}`);
  return new Arguments(value);
}

function basicGan(text: string): Module {
  const a = argumentsOf(text);
  const isCritic = a.name === "basic_critic";
  const at = isCritic ? 2 : 3;
  const shared = {
    ...convOptions(a, (xtra) => layerOf(xtra), isCritic ? { norm_type: 4 } : {}),
    ...defined({ nFeatures: a.number("n_features", at), nExtraLayers: a.number("n_extra_layers", at + 1) }),
  };
  const [size, channels] = [a.number("in_size", 0) ?? a.number("out_size", 0) ?? 64, a.number("n_channels", 1) ?? 3];
  const inSz = defined({ inSz: a.number("in_sz", 2) });
  a.done();
  return isCritic ? basicCritic(size, channels, shared) : basicGenerator(size, channels, { ...shared, ...inSz });
}

function visionModel(text: string, { channels }: Place): Module {
  const a = argumentsOf(text);
  const arch = architecture(a.value("arch", 0));
  a.ignore("pretrained", "weights", "init");
  const options = {
    nIn: a.number("n_in") ?? channels,
    cut: a.number("cut"),
    linFtrs: a.numbers("lin_ftrs"),
    ps: a.numbers("ps") ?? a.number("ps"),
    pool: a.boolean("pool"),
    concatPool: a.boolean("concat_pool"),
    firstBn: a.boolean("first_bn"),
    bnFinal: a.boolean("bn_final"),
    linFirst: a.boolean("lin_first"),
    yRange: rangeOf(a),
  };
  a.done();
  return createVisionModel(arch, a.number("n_out", 1) ?? 1, defined(options));
}

/** `create_unet_model(resnet18, 2, (64, 64), blur=True)` */
function unetModel(text: string, { channels }: Place): Module {
  const a = argumentsOf(text);
  a.ignore("pretrained", "weights");
  const nIn = a.number("n_in") ?? channels;
  return fromArguments(a, bodyOf(architecture(a.value("arch", 0)), { nIn, ...defined({ cut: a.number("cut") }) }), nIn);
}

function unet(text: string, { channels }: Place): Module {
  const words = strided.exec(text);
  if (words !== null) {
    const [, , widths = "", nOut = "1", height = "1", width = "1", rest = ""] = words;
    const convs = widths.split(",").map(Number);
    const encoder = convs.map((nf, i) => new ConvLayer(convs[i - 1] ?? channels, nf, { stride: 2 }));
    return fromArguments(argumentsOf(`DynamicUnet(x, ${nOut}, (${height}, ${width}), ${rest})`), new Sequential(...encoder), channels);
  }
  const a = argumentsOf(text);
  return fromArguments(a, encoderOf(a.positional[0] ?? null, text, channels), channels);
}

function encoderOf(value: PythonValue, text: string, channels: number): Sequential {
  if (isCall(value) && value.call === "create_body") {
    const a = new Arguments(value);
    const given = a.value("model", 0) ?? a.value("arch", 0);
    a.ignore("pretrained");
    const options = { nIn: a.number("n_in", 1) ?? channels, ...defined({ cut: a.number("cut", 3) }) };
    a.done();
    return bodyOf(architecture(given), options);
  }
  const layer = buildLayer(text.slice("DynamicUnet(".length), channels);
  if (!(layer instanceof Sequential)) throw new Error("the encoder is no Sequential");
  return layer;
}

function fromArguments(a: Arguments, encoder: Sequential, cIn: number): DynamicUnet {
  const [height = 1, width = 1] = a.numbers("img_size", 2) ?? [];
  a.ignore("init");
  const options = {
    cIn,
    blur: a.boolean("blur"),
    blurFinal: a.boolean("blur_final"),
    selfAttention: a.boolean("self_attention"),
    yRange: rangeOf(a),
    lastCross: a.boolean("last_cross"),
    bottle: a.boolean("bottle"),
    act: a.activation("act_cls") ?? undefined,
    norm: a.norm("norm_type"),
  };
  a.done();
  return new DynamicUnet(encoder, a.number("n_out", 1) ?? 1, [height, width], defined(options));
}

function rangeOf(a: Arguments): readonly [number, number] | undefined {
  const range = a.numbers("y_range");
  return range === undefined ? undefined : [range[0] ?? 0, range[1] ?? 1];
}
