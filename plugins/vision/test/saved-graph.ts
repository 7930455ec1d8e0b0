import { readFileSync } from "node:fs";
import { decodeSafetensors, floatsOf } from "@fastap/plugin-nn";
import type { TfjsFile } from "@fastap/plugin-vision";
import { readTfjsFile } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import { GraphModel } from "@tensorflow/tfjs-converter";
import { shared } from "./shared-data.ts";

type Attr = Readonly<Record<string, unknown>>;

/** As a tfjs converter would write it: `model.json` and the bytes of its one shard. */
export class SavedGraph {
  readonly #nodes: object[] = [];
  readonly #specs: tf.io.WeightsManifestEntry[] = [];
  readonly #values: Uint8Array[] = [];
  #outputs: Readonly<Record<string, string>> = {};

  constructor(shape: readonly number[]) {
    const dim = shape.map((size) => ({ size: String(size) }));
    this.node("Placeholder", "input", [], { shape: { shape: { dim } }, dtype: { type: "DT_FLOAT" } });
  }

  node(op: string, name: string, input: readonly string[], attr: Attr = {}): string {
    this.#nodes.push({ name, op, input, attr: { T: { type: "DT_FLOAT" }, ...attr } });
    return name;
  }

  values(name: string, shape: readonly number[], data: readonly number[] | Float32Array, dtype: "float32" | "int32" = "float32"): string {
    const typed = dtype === "float32" ? Float32Array.from(data) : Int32Array.from(data);
    this.#nodes.push({ name, op: "Const", attr: { dtype: { type: dtype === "float32" ? "DT_FLOAT" : "DT_INT32" } } });
    this.#specs.push({ name, shape: [...shape], dtype });
    this.#values.push(new Uint8Array(typed.buffer));
    return name;
  }

  /** What its signature says that it gives: tensors of nodes, `Identity:0`, by name. */
  outputs(named: Readonly<Record<string, string>>): void {
    this.#outputs = named;
  }

  get bytes(): { readonly json: Uint8Array; readonly shard: Uint8Array<ArrayBuffer> } {
    const outputs = Object.fromEntries(Object.entries(this.#outputs).map(([name, tensor]) => [name, { name: tensor }]));
    const json = {
      signature: { outputs },
      format: "graph-model",
      modelTopology: this.#topology,
      weightsManifest: [{ paths: ["shard"], weights: this.#specs }],
    };
    return { json: new TextEncoder().encode(JSON.stringify(json)), shard: Uint8Array.from(Buffer.concat(this.#values)) };
  }

  get file(): TfjsFile {
    const { json, shard } = this.bytes;
    return readTfjsFile(json, () => shard);
  }

  /** What tfjs itself makes of it. */
  get theirs(): GraphModel<tf.io.IOHandlerSync> {
    const artifacts = { modelTopology: this.#topology, weightSpecs: this.#specs, weightData: this.bytes.shard.buffer };
    const model = new GraphModel(tf.io.fromMemorySync(artifacts));
    void model.load();
    return model;
  }

  get #topology(): object {
    return { node: this.#nodes, versions: { producer: 1000 } };
  }
}

/** `s` of an attribute. */
export const text = (value: string): Attr => ({ s: btoa(value) });
export const ints = (...values: readonly number[]): Attr => ({ list: { i: values.map(String) } });
export const texts = (...values: readonly string[]): Attr => ({ list: { s: values.map((value) => btoa(value)) } });

interface TfliteNode {
  readonly op: string;
  readonly in: readonly number[];
  readonly out: readonly number[];
  readonly name?: string;
  readonly stride?: readonly [number, number];
  readonly dilation?: readonly [number, number];
  readonly activation?: "none" | "relu" | "relu6";
  readonly inShape?: readonly [number, number, number, number];
  readonly outShape?: readonly [number, number, number, number];
  readonly shape?: readonly number[];
}

const FUSED = { none: [], relu: ["Relu"], relu6: ["Relu6"] } as const;

/** The real weights of `imagenet-weights`, with the nodes that its list of layers says. */
export function imagenetGraph(name: string): SavedGraph {
  const { inputs, nodes } = JSON.parse(readFileSync(shared("imagenet-weights", `${name}.graph.json`), "utf8")) as {
    readonly inputs: readonly { readonly id: number; readonly shape: readonly number[] }[];
    readonly nodes: readonly TfliteNode[];
  };
  const { state } = decodeSafetensors(readFileSync(shared("imagenet-weights", `${name}.safetensors`)));
  const graph = new SavedGraph([-1, ...(inputs[0]?.shape.slice(1) ?? [])]);
  const names = new Map<number, string>(inputs.map(({ id }) => [id, "input"]));
  for (const node of nodes) {
    const input = node.in.map((id) => names.get(id) ?? "");
    const made = addNode(graph, node, input, (part) => {
      const stored = state.get(`${node.name}/${part}`);
      if (stored === undefined) throw new Error(`${node.name}/${part}`);
      return graph.values(`${node.name}/${part}`, stored.shape, floatsOf(stored));
    });
    for (const id of node.out) names.set(id, made);
  }
  return graph;
}

function addNode(graph: SavedGraph, node: TfliteNode, input: readonly string[], weight: (part: string) => string): string {
  const { op, name = `${node.op}_${node.out[0]}`, stride = [1, 1], dilation = [1, 1], activation = "none", inShape, outShape } = node;
  const sizes = outShape ?? [1, 1, 1, 1];
  const image = { data_format: text("NHWC"), padding: text("SAME") };
  switch (op) {
    case "CONV_2D":
    case "DEPTHWISE_CONV_2D":
      return graph.node(
        op === "CONV_2D" ? "_FusedConv2D" : "FusedDepthwiseConv2dNative",
        name,
        [...input, weight("kernel"), weight("bias")],
        {
          ...image,
          strides: ints(1, ...stride, 1),
          dilations: ints(1, ...dilation, 1),
          num_args: { i: "1" },
          fused_ops: texts("BiasAdd", ...FUSED[activation]),
        },
      );
    case "ADD":
      return graph.node("AddV2", name, input);
    case "CONCAT":
      return graph.node("ConcatV2", name, [...input, graph.values(`${name}/axis`, [], [3], "int32")], { N: { i: String(input.length) } });
    case "AVERAGE_POOL_2D": {
      const ksize = ints(1, inShape?.[1] ?? 1, inShape?.[2] ?? 1, 1);
      return graph.node("AvgPool", name, input, { ...image, padding: text("VALID"), ksize, strides: ints(1, 1, 1, 1) });
    }
    case "RESIZE_BILINEAR":
      return graph.node("ResizeBilinear", name, [...input, graph.values(`${name}/size`, [2], sizes.slice(1, 3), "int32")], {
        align_corners: { b: true },
      });
    case "SQUEEZE":
      return graph.node("Squeeze", name, input, { squeeze_dims: ints(1, 2) });
    case "SOFTMAX":
      return graph.node("Softmax", name, input);
    default:
      return graph.node("Reshape", name, [...input, graph.values(`${name}/shape`, [2], [-1, 1001], "int32")]);
  }
}
