import { E_DATA_ITEM_KIND } from "./errors.ts";

/** Names along an item's path, of POSIX or Windows. @throws E_DATA_ITEM_KIND when the item is no path. */
export function parts(item: unknown): string[] {
  if (typeof item !== "string") throw E_DATA_ITEM_KIND({ expected: "a path", received: item === null ? "null" : typeof item });
  return item.split(/[\\/]/);
}

export function baseName(item: unknown): string {
  return parts(item).at(-1) ?? "";
}

export function posixPath(item: unknown): string {
  return parts(item).join("/");
}
