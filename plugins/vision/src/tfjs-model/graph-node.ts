import { firstOutput, list, record } from "../weights/tfjs-file.ts";
import type { TfjsFile, TfjsTensor } from "../weights/tfjs-file.ts";
import type { Pair } from "./plane-conv.ts";

/** One operation of a tfjs GraphModel. */
export interface GraphNode {
  readonly kind: string;
  readonly name: string;
  /** What it takes, in order: the name of a node, or values that do not depend on the images. */
  readonly operands: readonly (string | TfjsTensor)[];
  readonly attributes: Attributes;
}

const MEANS_THE_SAME: ReadonlySet<string> = new Set(["Identity", "ReadVariableOp", "StopGradient", "CheckNumerics"]);

/** The nodes that images go through, each after those that it takes; values are with those that take them. */
export function graphNodes({ topology, weights }: TfjsFile): readonly GraphNode[] {
  const nodes = new Map(list(topology["node"]).map((node) => [String(record(node)["name"]), record(node)]));
  const made = new Map<string, GraphNode | TfjsTensor>();
  const entered = new Set<string>();
  const visit = (name: string): string | TfjsTensor => {
    if (entered.has(name) && !made.has(name)) return name; // a loop: none of its ops are among those that can be read
    const known = made.get(name) ?? enter(name);
    return "data" in known ? known : known.name;
  };
  const enter = (name: string): GraphNode | TfjsTensor => {
    entered.add(name);
    const { op, input, attr } = nodes.get(name) ?? laterOutput(name);
    const operands = list(input)
      .map(String)
      .filter((each) => !each.startsWith("^"))
      .map((each) => visit(firstOutput(each)));
    const value = op === "Const" ? weights.get(name) : valueOf(String(op), operands, (each) => made.get(each));
    const node = value ?? { kind: String(op), name, operands, attributes: new Attributes(record(attr)) };
    made.set(name, node);
    return node;
  };
  for (const name of nodes.keys()) if (!made.has(name)) visit(name);
  return [...made.values()].flatMap((each) => ("data" in each ? [] : [each]));
}

/** Outputs of nodes that have several are written `node:1`; only first ones are read. */
function laterOutput(name: string): Readonly<Record<string, unknown>> {
  const [, node, place] = /^(.+):([1-9]\d*)$/.exec(name) ?? [];
  return node === undefined ? { op: "absent" } : { op: `output ${place} of a node`, input: [node] };
}

type Operands = GraphNode["operands"];
type Made = GraphNode | TfjsTensor | undefined;

/** What a node is that does not depend on pixels. */
function valueOf(op: string, operands: Operands, madeOf: (name: string) => Made): TfjsTensor | undefined {
  if (op === "StridedSlice") return numberOfImages(operands, madeOf);
  const values = operands.filter((operand) => typeof operand === "object");
  if (values.length < operands.length) return undefined;
  if (MEANS_THE_SAME.has(op)) return values[0];
  if (op === "Pack") return listed(values);
  return op === "ConcatV2" ? listed(values.slice(0, -1)) : undefined;
}

/** Of the shape of images it is all that is known: written -1, whatever it is. */
function numberOfImages([first, begin, end]: Operands, madeOf: (name: string) => Made): TfjsTensor | undefined {
  const of = typeof first === "string" ? madeOf(first) : undefined;
  if (of === undefined || !("kind" in of) || of.kind !== "Shape") return undefined;
  return isOnly(begin, 0) && isOnly(end, 1) ? { shape: [], data: Float32Array.of(-1) } : undefined;
}

function listed(values: readonly TfjsTensor[]): TfjsTensor {
  const data = Float32Array.from(values.flatMap((value) => Array.from(value.data)));
  return { shape: [data.length], data };
}

function isOnly(operand: string | TfjsTensor | undefined, value: number): boolean {
  return typeof operand === "object" && operand.data.length === 1 && operand.data[0] === value;
}

/** What is written beside a node, `{"strides":{"list":{"i":["1","2","2","1"]}}}`. */
export class Attributes {
  readonly #all: Readonly<Record<string, unknown>>;

  constructor(all: Readonly<Record<string, unknown>>) {
    this.#all = all;
  }

  number(key: string): number | undefined {
    const { i, f } = this.#of(key);
    return i === undefined && f === undefined ? undefined : Number(i ?? f);
  }

  boolean(key: string): boolean {
    return this.#of(key)["b"] === true;
  }

  /** Text is written in base 64. */
  text(key: string): string | undefined {
    const { s } = this.#of(key);
    return s === undefined ? undefined : decoded(s);
  }

  texts(key: string): readonly string[] {
    return list(record(this.#of(key)["list"])["s"]).map(decoded);
  }

  numbers(key: string): readonly number[] {
    return list(record(this.#of(key)["list"])["i"]).map(Number);
  }

  /** The two in the middle of four numbers, of an image's axes. */
  pair(key: string): Pair {
    const [, rows = 1, columns = 1] = this.numbers(key);
    return [rows, columns];
  }

  /** Of what a placeholder takes, unknown sizes -1. */
  shape(key: string): readonly number[] {
    return list(record(this.#of(key)["shape"])["dim"]).map((dim) => Number(record(dim)["size"] ?? -1));
  }

  #of(key: string): Readonly<Record<string, unknown>> {
    return record(this.#all[key]);
  }
}

function decoded(text: unknown): string {
  return atob(String(text));
}
