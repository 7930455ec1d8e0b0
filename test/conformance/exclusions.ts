import { readdir, readFile } from "node:fs/promises";

/** A spec that a backend need not pass. */
export interface Exclusion {
  /** Full name. */
  readonly spec: string;
  readonly reason: string;
}

/** As many as a backend may have whose kernels are ours. Those of WebGPU are tfjs's own: its list says what they cannot do. */
const MOST_EXCLUSIONS: Readonly<Record<string, number>> = { cpu: 20, wasm: 20, native: 20 };

/** The committed list of a backend. @throws where there is none, or it is too long, or a reason is missing */
export async function readExclusions(backend: string): Promise<readonly Exclusion[]> {
  const lists = new URL("exclusions/", import.meta.url);
  const backends = (await readdir(lists)).map((file) => file.replace(/\.json$/, ""));
  if (!backends.includes(backend)) throw new Error(`no backend ${backend}; there are ${backends.join(", ")}`);
  const list = JSON.parse(await readFile(new URL(`${backend}.json`, lists), "utf8")) as Partial<Exclusion>[];
  const most = MOST_EXCLUSIONS[backend] ?? Infinity;
  if (list.length > most) throw new Error(`exclusions/${backend}.json has ${list.length} specs; at most ${most}`);
  return list.map(({ spec, reason }) => {
    if (!spec || !reason) throw new Error(`exclusions/${backend}.json: every entry needs "spec" and "reason"`);
    return { spec, reason };
  });
}
