import {
  ClampedSigmoid,
  Elu,
  Gelu,
  Hardtanh,
  Identity,
  Lambda,
  LeakyRelu,
  Mish,
  Relu,
  Relu6,
  Sigmoid,
  Swish,
  Tanh,
} from "@fastap/plugin-nn";
import type { Module, NormType } from "@fastap/plugin-nn";
import { softplus } from "@tensorflow/tfjs-core";
import { isCall, nameOf, parsePython } from "../python-expression.ts";
import type { PythonCall, PythonValue } from "../python-expression.ts";

type Make = () => Module;

const activations: Readonly<Record<string, (call: Arguments) => Module>> = {
  ReLU: () => new Relu(),
  ReLU6: () => new Relu6(),
  inplace_relu: () => new Relu(),
  SiLU: () => new Swish(),
  Swish: () => new Swish(),
  Mish: () => new Mish(),
  Sigmoid: () => new Sigmoid(),
  Tanh: () => new Tanh(),
  GELU: (call) => (call.only("approximate", "none"), new Gelu()),
  ELU: (call) => (call.only("alpha", 1), new Elu()),
  LeakyReLU: (call) => new LeakyRelu(call.number("negative_slope", 0) ?? 0.01),
  Hardtanh: (call) => new Hardtanh(call.number("min_val", 0) ?? -1, call.number("max_val", 1) ?? 1),
  Softplus: () => new Lambda((x) => (x === undefined ? [] : softplus(x))),
  Identity: () => new Identity(),
  sigmoid: () => new ClampedSigmoid(),
  vleaky_relu: () => new LeakyRelu(0.3),
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

  norm(key: string, position?: number): NormType | null | undefined {
    const value = this.value(key, position);
    if (value === undefined || value === null) return value;
    const name = (nameOf(value) ?? "").replace(/^.*\./, "");
    return `${name.charAt(0).toLowerCase()}${name.slice(1)}` as NormType;
  }

  activation(key: string, position?: number): Make | null | undefined {
    const value = this.value(key, position);
    if (value === undefined || value === null || value === "None") return value === undefined ? undefined : null;
    return makeActivation(value);
  }

  /** What changes nothing here: the weights are given, and there is one device. */
  ignore(...keys: readonly string[]): void {
    for (const key of keys) this.#read.add(key);
  }

  /** Of an option that only has one value here. @throws where it is another */
  only(key: string, ...allowed: readonly PythonValue[]): void {
    const value = this.value(key);
    if (value !== undefined && !allowed.includes(value)) throw new Error(`${this.name}: ${key} ${JSON.stringify(value)} is not there`);
  }

  done(): void {
    const left = Object.keys(this.#call.named).filter((key) => !this.#read.has(key));
    if (left.length > 0) throw new Error(`${this.name}: no meaning for ${left.join(", ")}`);
  }
}

/** A class, an instance, or `partial(LeakyReLU, negative_slope=0.2)`. */
function makeActivation(value: PythonValue): Make {
  const given = typeof value === "string" ? parsePython(value) : value;
  const parsed =
    isCall(given) && given.call === "partial" ? { ...given, call: nameOf(given.args[0]) ?? "", args: given.args.slice(1) } : given;
  const name = nameOf(parsed) ?? "";
  const make = activations[name];
  if (make === undefined) throw new Error(`no activation ${name}`);
  return () => checked(make, new Arguments(isCall(parsed) ? parsed : { call: name, args: [], named: {} }));
}

function checked(make: (call: Arguments) => Module, call: Arguments): Module {
  const module = make(call);
  call.ignore("inplace");
  call.done();
  return module;
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
