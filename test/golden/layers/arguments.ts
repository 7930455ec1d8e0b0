import { ClampedSigmoid, Elu, Gelu, Hardtanh, LeakyRelu, Mish, Relu, Sigmoid, Swish, Tanh } from "@fastap/plugin-nn";
import type { Module, NormType } from "@fastap/plugin-nn";
import { isCall, nameOf, parsePython } from "../python-expression.ts";
import type { PythonCall, PythonValue } from "../python-expression.ts";

type Make = () => Module;

const activations: Readonly<Record<string, (call: Arguments) => Module>> = {
  ReLU: () => new Relu(),
  ReLU6: () => new Hardtanh(0, 6),
  SiLU: () => new Swish(),
  Swish: () => new Swish(),
  Mish: () => new Mish(),
  Sigmoid: () => new Sigmoid(),
  Tanh: () => new Tanh(),
  GELU: () => new Gelu(),
  ELU: () => new Elu(),
  LeakyReLU: (call) => new LeakyRelu(call.number("negative_slope", 0) ?? 0.01),
  Hardtanh: (call) => new Hardtanh(call.number("min_val", 0) ?? -1, call.number("max_val", 1) ?? 1),
  sigmoid: () => new ClampedSigmoid(),
};

/** Reads the arguments of one call; what nobody asked for by the end is an error, so that no option is overlooked. */
export class Arguments {
  readonly #call: PythonCall;
  readonly #read = new Set<string>();

  constructor(call: PythonCall) {
    this.#call = call;
  }

  get name(): string {
    return this.#call.call;
  }

  get positional(): readonly PythonValue[] {
    return this.#call.args;
  }

  /** Undefined when not given. */
  value(key: string, position?: number): PythonValue | undefined {
    this.#read.add(key);
    const given = this.#call.named[key] ?? (key in this.#call.named ? null : undefined);
    return given === undefined && position !== undefined ? this.#call.args[position] : given;
  }

  number(key: string, position?: number): number | undefined {
    const value = this.value(key, position);
    return typeof value === "number" ? value : undefined;
  }

  numbers(key: string, position?: number): readonly number[] | undefined {
    const value = this.value(key, position);
    return Array.isArray(value) ? value.map(Number) : undefined;
  }

  /** Some cases quote what they print. */
  boolean(key: string, position?: number): boolean | undefined {
    const value = this.value(key, position);
    return value === undefined || value === null ? undefined : value === true || value === "True";
  }

  norm(key: string): NormType | null | undefined {
    const value = this.value(key);
    if (value === undefined || value === null) return value;
    const name = nameOf(value) ?? "";
    return `${name.charAt(0).toLowerCase()}${name.slice(1)}` as NormType;
  }

  activation(key: string, position?: number): Make | null | undefined {
    const value = this.value(key, position);
    if (value === undefined || value === null || value === "None") return value === undefined ? undefined : null;
    return makeActivation(value);
  }

  done(): void {
    const left = Object.keys(this.#call.named).filter((key) => !this.#read.has(key));
    if (left.length > 0) throw new Error(`${this.name}: no meaning for ${left.join(", ")}`);
  }
}

function makeActivation(value: PythonValue): Make {
  const parsed = typeof value === "string" ? parsePython(value) : value;
  const name = nameOf(parsed) ?? "";
  const make = activations[name];
  if (make === undefined) throw new Error(`no activation ${name}`);
  return () => make(new Arguments(isCall(parsed) ? parsed : { call: name, args: [], named: {} }));
}

/** An activation by itself, if the name is one. */
export function activationOf(value: PythonValue): Module | undefined {
  return (nameOf(value) ?? "") in activations ? makeActivation(value)() : undefined;
}

/** Leaves out what was not given. */
export function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
