/** Folders below the home of data, by the keys of fastai's `config.ini`. */
export type CacheKey = "data" | "archive" | "storage" | "model";

const FOLDERS: Readonly<Record<CacheKey, string>> = { data: "data", archive: "archive", storage: "tmp", model: "models" };

/**
 * Where data, archives and models are kept: `FASTAP_HOME`, else `FASTAI_HOME`, else `~/.fastai`, the folder that Python's fastai uses too; a
 * `config.ini` there may name other folders. `@source fastai.data.external.fastai_path`
 */
export async function fastaiPath(key: CacheKey, base?: string): Promise<string> {
  const { homedir } = await import("node:os");
  const { join, resolve } = await import("node:path");
  const expanded = (path: string): string => (/^~(?=$|[/\\])/.test(path) ? join(homedir(), path.slice(1)) : path);
  const home = resolve(expanded(base ?? process.env["FASTAP_HOME"] ?? process.env["FASTAI_HOME"] ?? "~/.fastai"));
  return resolve(home, expanded((await configured(join(home, "config.ini"), key)) ?? FOLDERS[key]));
}

async function configured(file: string, key: CacheKey): Promise<string | undefined> {
  const { readFile } = await import("node:fs/promises");
  const text = await readFile(file, "utf8").catch(() => "");
  const value = new RegExp(`^${key}\\s*[=:]\\s*(.*?)\\s*$`, "im").exec(text)?.[1];
  return value === "" ? undefined : value;
}
