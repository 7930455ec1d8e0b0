const LONGEST = 120;

/** What a person calls an item of a list: a path as it is, a row of a table by its values; undefined for what is no plain data. */
export function itemName(item: unknown): string | undefined {
  const text = typeof item === "string" ? item : jsonOf(item);
  return text === undefined || text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

function jsonOf(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null || ArrayBuffer.isView(item)) return undefined;
  try {
    return JSON.stringify(item, (_, value: unknown) => (ArrayBuffer.isView(value) ? "…" : value));
  } catch {
    return undefined;
  }
}
