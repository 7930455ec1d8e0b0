import { ConvLayer, Sequential } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { architectures, basicCritic, basicGenerator, bodyOf, createVisionModel, DynamicUnet, XResNet } from "@fastap/plugin-vision";
import type { Architecture } from "@fastap/plugin-vision";
import { isCall, nameOf, parsePython } from "../python-expression.ts";
import type { PythonValue } from "../python-expression.ts";
import { Arguments, defined } from "./arguments.ts";
import { buildLayer } from "./build.ts";

/** Shapes by name in PyTorch's state dict. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

interface Place {
  readonly shapes: Shapes;
  /** Of the images. */
  readonly channels: number;
}

const strided = /^DynamicUnet\((\d+) stride-2 ConvLayers ([\d,]+), n_out (\d+), \((\d+),\s*(\d+)\)(?:, )?(.*)\)$/;

/** A vision model as a case describes it; undefined if there is none of that kind here. */
export function modelOf(text: string, place: Place): Module | undefined {
  if (/^xresnet(18|34|50)_/.test(text)) return sizedXResnet(text, place.shapes);
  if (text.startsWith("DynamicUnet(")) return unet(text, place);
  const gan = /\bbasic_(?:critic|generator)\(.*$/.exec(text);
  if (gan !== null) return basicGan(gan[0]);
  return text.startsWith("create_vision_model(") ? visionModel(text, place) : undefined;
}

/** `xresnet18_tiny_widen`: what the name leaves open is in the shapes of the weights. */
function sizedXResnet(text: string, shapes: Shapes): XResNet {
  const stem = [0, 1, 2].map((i) => shapes.get(`${i}.0.weight`) ?? []);
  const nOut = [...shapes.values()].findLast((shape) => shape.length === 2)?.[0] ?? 1;
  const stages: number[] = [];
  for (const name of shapes.keys()) {
    const [, stage = "", block = ""] = /^(\d+)\.(\d+)\.convpath/.exec(name) ?? [];
    if (stage !== "") stages[Number(stage) - 4] = Number(block) + 1;
  }
  const expansion = text.startsWith("xresnet50") ? 4 : 1;
  const width = shapes.get("4.0.convpath.0.0.weight")?.[0] ?? 64;
  return new XResNet(expansion, stages, { cIn: stem[0]?.[1] ?? 3, nOut, widen: width / 64, stemSzs: stem.map(([nf = 1]) => nf) });
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
  const shared = defined({
    nFeatures: a.number("n_features"),
    nExtraLayers: a.number("n_extra_layers"),
    act: a.activation("act_cls"),
    norm: a.norm("norm_type"),
  });
  const [size, channels] = [a.number("in_size", 0) ?? a.number("out_size", 0) ?? 64, a.number("n_channels", 1) ?? 3];
  const inSz = defined({ inSz: a.number("in_sz", 2) });
  a.done();
  return a.name === "basic_critic" ? basicCritic(size, channels, shared) : basicGenerator(size, channels, { ...shared, ...inSz });
}

function visionModel(text: string, { channels }: Place): Module {
  const a = argumentsOf(text);
  const arch = architecture(a.value("arch", 0));
  a.boolean("pretrained");
  const options = {
    nIn: a.number("n_in") ?? channels,
    concatPool: a.boolean("concat_pool"),
    linFtrs: a.numbers("lin_ftrs"),
    linFirst: a.boolean("lin_first"),
  };
  a.done();
  return createVisionModel(arch, a.number("n_out", 1) ?? 1, defined(options));
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
  if (isCall(value) && value.call === "create_body") return bodyOf(architecture(value.args[0]), { nIn: channels });
  const layer = buildLayer(text.slice("DynamicUnet(".length), channels);
  if (!(layer instanceof Sequential)) throw new Error("the encoder is no Sequential");
  return layer;
}

function fromArguments(a: Arguments, encoder: Sequential, cIn: number): DynamicUnet {
  const [height = 1, width = 1] = a.numbers("img_size", 2) ?? [];
  const range = a.numbers("y_range");
  const options = {
    cIn,
    blur: a.boolean("blur"),
    blurFinal: a.boolean("blur_final"),
    selfAttention: a.boolean("self_attention"),
    yRange: range === undefined ? undefined : ([range[0] ?? 0, range[1] ?? 1] as const),
    lastCross: a.boolean("last_cross"),
    bottle: a.boolean("bottle"),
    act: a.activation("act_cls") ?? undefined,
    norm: a.norm("norm_type"),
  };
  a.done();
  return new DynamicUnet(encoder, a.number("n_out", 1) ?? 1, [height, width], defined(options));
}
