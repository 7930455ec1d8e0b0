/** A value of a Python expression as recipes hold them. */
export type PyValue = number | string | boolean | null | PySlice | PyCall | PyName | readonly PyValue[];

export interface PyName {
  readonly identifier: string;
}

export interface PySlice {
  readonly slice: readonly [number | null, number];
}

/** `name(args, key=value)`. */
export interface PyCall {
  readonly call: string;
  readonly args: readonly PyValue[];
  readonly kwargs: Readonly<Record<string, PyValue>>;
}

/** Every call of a text, in order, whatever stands between: `freeze(); fit(1, lr=0.1) with MixUp`. Words alone are calls too if `words` has them. */
export function callsIn(text: string, words: readonly string[] = []): PyCall[] {
  const calls: PyCall[] = [];
  for (let at = 0; at < text.length;) {
    const word = /^[A-Za-z_]\w*/.exec(text.slice(at))?.[0];
    if (word === undefined) {
      at += 1;
      continue;
    }
    at += word.length;
    if (text[at] === "(") {
      const end = closing(text, at);
      calls.push(callOf(word, text.slice(at + 1, end)));
      at = end + 1;
    } else if (words.includes(word)) calls.push({ call: word, args: [], kwargs: {} });
  }
  return calls;
}

/** One expression. */
export function parseValue(text: string): PyValue {
  const source = text.trim();
  const call = /^([A-Za-z_]\w*)\(/.exec(source);
  if (call?.[1] !== undefined && source.endsWith(")")) return simplified(callOf(call[1], source.slice(call[0].length, -1)));
  if (/^[([]/.test(source)) return split(source.slice(1, -1)).map(parseValue);
  const quoted = /^(['"])(.*)\1$/.exec(source)?.[2];
  if (quoted !== undefined) return quoted;
  if (source in LITERALS) return LITERALS[source] ?? null;
  const number = Number(source);
  return Number.isNaN(number) ? { identifier: source } : number;
}

const LITERALS: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null };

function simplified(call: PyCall): PyValue {
  if (call.call !== "slice") return call;
  const [first = null, second] = call.args as readonly (number | null)[];
  return { slice: second === undefined ? [null, Number(first)] : [first, Number(second)] };
}

function callOf(name: string, inner: string): PyCall {
  const args: PyValue[] = [];
  const kwargs: Record<string, PyValue> = {};
  for (const part of split(inner)) {
    const [, key, value] = /^\s*([A-Za-z_]\w*)\s*=(?!=)(.*)$/s.exec(part) ?? [];
    if (key !== undefined && value !== undefined) kwargs[key] = parseValue(value);
    else args.push(parseValue(part));
  }
  return { call: name, args, kwargs };
}

/** At commas outside of brackets. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const character of text) {
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character)) depth--;
    if (character === "," && depth === 0) {
      parts.push(part);
      part = "";
    } else part += character;
  }
  return [...parts, part].filter((p) => p.trim() !== "");
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")" && --depth === 0) return i;
  }
  throw new Error(`no closing bracket in "${text}"`);
}
