/** A Python call as the cases write it: `FocalLossFlat(gamma=1.5, weight=w)`, `DiceLoss({'reduction': 'mean'})`, `accuracy`, with a `[note]`. */
export interface Call {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly note: string;
}

export interface Argument {
  readonly key: string;
  readonly value: number | string | boolean | null;
  /** Set where the value is the name of something. */
  readonly identifier?: string;
}

const literals: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null };

export function parseCall(text: string): Call {
  const [, name = text, inner = "", note = ""] = /^(\w+)(?:\((.*?)\))?(?:\s*\[(.*)\])?$/.exec(text.trim()) ?? [];
  const pairs = inner.replace(/^\{|\}$/g, "").matchAll(/'?(\w+)'?\s*[=:]\s*('[^']*'|[^,\s]+)/g);
  return { name, args: Array.from(pairs, ([, key = "", value = ""]) => argument(key, value)), note };
}

function argument(key: string, text: string): Argument {
  const quoted = /^'(.*)'$/.exec(text)?.[1];
  if (quoted !== undefined) return { key, value: quoted };
  if (text in literals) return { key, value: literals[text] ?? null };
  const number = Number(text);
  return Number.isNaN(number) ? { key, value: text, identifier: text } : { key, value: number };
}
