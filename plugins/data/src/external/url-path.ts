import { fastaiPath } from "./fastai-path.ts";
import type { CacheKey } from "./fastai-path.ts";

/**
 * Where a file of that address is kept: in `models` (of key "model") or `data` of the working directory where it is there, else below
 * {@link fastaiPath}. `@source fastai.data.external.URLs.path`
 */
export async function urlPath(url: string, key: CacheKey = "archive"): Promise<string> {
  const { access } = await import("node:fs/promises");
  const { join, resolve } = await import("node:path");
  const file = url.split("/").at(-1) ?? "";
  const local = resolve(key === "model" ? "models" : "data", file);
  const isLocal = await access(local).then(
    () => true,
    () => false,
  );
  return isLocal ? local : join(await fastaiPath(key), file);
}
