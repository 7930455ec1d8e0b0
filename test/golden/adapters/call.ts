/** A Python call as the cases write it: `FocalLossFlat(gamma=1.5, weight=w)`, `DiceLoss({'reduction': 'mean'})`, `accuracy`, with a `[note]`. */
export interface Call {
  readonly name: string;
  readonly args: readonly Argument[];
  /** Values without a name, `CorpusBLEUMetric(7)`. */
  readonly positional: readonly Argument["value"][];
  readonly note: string;
}

export interface Argument {
  readonly key: string;
  readonly value: number | string | boolean | null | readonly number[];
  /** Set where the value is the name of something. */
  readonly identifier?: string;
}

const literals: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null };

const named = /'?(\w+)'?\s*[=:]\s*('[^']*'|\[[^\]]*\]|[^,\s]+)/g;

export function parseCall(text: string): Call {
  const [, name = text, inner = "", note = ""] = /^(\w+)(?:\((.*?)\))?(?:\s*\[(.*)\])?$/.exec(text.trim()) ?? [];
  const list = inner.replace(/^\{|\}$/g, "");
  const bare = list
    .replace(named, "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return {
    name,
    args: Array.from(list.matchAll(named), ([, key = "", value = ""]) => argument(key, value)),
    positional: bare.map((part) => argument("", part).value),
    note,
  };
}

function argument(key: string, text: string): Argument {
  const quoted = /^'(.*)'$/.exec(text)?.[1];
  if (quoted !== undefined) return { key, value: quoted };
  if (text in literals) return { key, value: literals[text] ?? null };
  const listed = /^\[(.*)\]$/.exec(text)?.[1];
  if (listed !== undefined) return { key, value: listed.split(",").map(Number) };
  const number = Number(text);
  return Number.isNaN(number) ? { key, value: text, identifier: text } : { key, value: number };
}
