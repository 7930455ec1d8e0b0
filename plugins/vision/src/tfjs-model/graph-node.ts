import { list, record } from "../weights/tfjs-file.ts";
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

/** Outputs of nodes that have several are written `node:1`; only first ones are read. */
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
    const { op = "absent", input, attr } = nodes.get(name) ?? {};
    const operands = list(input)
      .map(String)
      .filter((each) => !each.startsWith("^"))
      .map((each) => visit(each.replace(/:0$/, "")));
    const [only] = operands;
    const value = op === "Const" ? weights.get(name) : MEANS_THE_SAME.has(String(op)) && typeof only === "object" ? only : undefined;
    const node = value ?? { kind: String(op), name, operands, attributes: new Attributes(record(attr)) };
    made.set(name, node);
    return node;
  };
  for (const name of nodes.keys()) if (!made.has(name)) visit(name);
  return [...made.values()].flatMap((each) => ("data" in each ? [] : [each]));
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
