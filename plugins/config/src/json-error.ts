const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Offset of the first thing that is no JSON: V8's own message names no place for short texts. */
export function jsonErrorOffset(text: string): number {
  let at = 0;
  const take = (token: RegExp): boolean => {
    token.lastIndex = at;
    const match = token.exec(text);
    at += match?.[0].length ?? 0;
    return match !== null;
  };
  const items = (item: () => boolean, close: RegExp): boolean => {
    take(SPACE);
    if (take(close)) return true;
    do {
      if (!item()) return false;
      take(SPACE);
    } while (take(/,/y));
    return take(close);
  };
  const value = (): boolean => {
    take(SPACE);
    if (take(/\{/y)) return items(member, /\}/y);
    if (take(/\[/y)) return items(value, /\]/y);
    return take(STRING) || take(SCALAR);
  };
  const member = (): boolean => take(SPACE) && take(STRING) && take(SPACE) && take(/:/y) && value();
  if (value()) take(SPACE);
  return at;
}

/** Counted from 1, as editors do. */
export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
