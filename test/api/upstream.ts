import { readFile } from "node:fs/promises";

/** A parameter and its default; none where it is required. */
export type Parameter = readonly [name: string, fallback?: unknown];

/** Names and defaults of fastai's callables by module, as it says them itself. */
export type Signatures = Readonly<Record<string, Readonly<Record<string, readonly Parameter[]>>>>;

export async function readSignatures(): Promise<Signatures> {
  const text = await readFile(new URL("signatures.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly expected: Signatures }).expected;
}

/** `sqr_mom` → `sqrMom`. */
export function camelCase(name: string): string {
  return name.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
