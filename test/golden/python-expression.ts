/** A value as Python prints it, nested as it may be. */
export type PythonValue = number | string | boolean | null | PythonName | PythonCall | PythonDict | readonly PythonValue[];

/** A name that stands alone: a function, a class, a member of an enum (the last part of a dotted name). */
export interface PythonName {
  readonly identifier: string;
}

export interface PythonCall {
  readonly call: string;
  readonly args: readonly PythonValue[];
  readonly named: Readonly<Record<string, PythonValue>>;
}

export interface PythonDict {
  readonly dict: Readonly<Record<string, PythonValue>>;
}

const literals: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null };
const token = /\s*(<[^>]*>|'[^']*'|"[^"]*"|-?\d+(?:\.\d*)?(?:e[-+]?\d+)?|[A-Za-z_][\w.]*|[()[\]{},:=])/y;

/** Reads one expression at the start, `ResBlock(1, 8, 8) {'stride': 2}` included; the rest of the text is a remark. */
export function parsePython(text: string): PythonValue {
  return new Reader(text).value();
}

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    const tokens: string[] = [];
    token.lastIndex = 0;
    for (let match = token.exec(text); match !== null; match = token.exec(text)) tokens.push(match[1] ?? "");
    this.#tokens = tokens;
  }

  value(): PythonValue {
    const first = this.#next();
    if (first === "[") return this.#list("]").args;
    if (first === "(") return this.#list(")").args;
    if (first === "{") return { dict: this.#list("}").named };
    if (/^['"]/.test(first)) return first.slice(1, -1);
    if (/^[-\d]/.test(first)) return Number(first);
    if (first.startsWith("<")) return { identifier: lastName(/'([^']*)'/.exec(first)?.[1] ?? first.replace(/^<|:.*$|>$/g, "")) };
    if (first in literals) return literals[first] ?? null;
    if (!/^\w/.test(first)) throw new Error(`cannot read "${first}" in ${this.#tokens.join(" ")}`);
    return this.#peek() === "(" ? this.#call(lastName(first)) : { identifier: lastName(first) };
  }

  #call(call: string): PythonCall {
    this.#next();
    const { args, named } = this.#list(")");
    if (this.#peek() !== "{") return { call, args, named };
    this.#next();
    return { call, args, named: { ...named, ...this.#list("}").named } };
  }

  /** Values, `key: value` or `key=value`, up to the closing bracket. A dictionary among the arguments of a call names more of them. */
  #list(end: string): Pick<PythonCall, "args" | "named"> {
    const args: PythonValue[] = [];
    const named: Record<string, PythonValue> = {};
    while (this.#peek() !== end) {
      const value = this.value();
      const separator = this.#peek();
      if (separator === ":" || separator === "=") {
        this.#next();
        named[keyOf(value)] = this.value();
      } else if (isDict(value)) Object.assign(named, value.dict);
      else args.push(value);
      if (this.#peek() === ",") this.#next();
    }
    this.#next();
    return { args, named };
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #next(): string {
    const next = this.#tokens[this.#at++];
    if (next === undefined) throw new Error(`the expression ends early: ${this.#tokens.join(" ")}`);
    return next;
  }
}

function isDict(value: PythonValue): value is PythonDict {
  return typeof value === "object" && value !== null && "dict" in value;
}

export function isCall(value: PythonValue): value is PythonCall {
  return typeof value === "object" && value !== null && "call" in value;
}

/** The name of something, whether called, named or quoted. */
export function nameOf(value: PythonValue | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  if ("identifier" in value) return value.identifier;
  return "call" in value ? value.call : undefined;
}

function keyOf(value: PythonValue): string {
  return nameOf(value) ?? String(value);
}

function lastName(dotted: string): string {
  return dotted.split(".").at(-1) ?? dotted;
}
