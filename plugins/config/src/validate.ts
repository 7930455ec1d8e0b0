import { ComposeError } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";
import type { ConfigFile } from "./config-file.ts";
import { E_CONFIG_KEY, E_CONFIG_VALUE } from "./errors.ts";
import { refusePrototypes } from "./own-data.ts";
import { complaints, KEYS } from "./schema.ts";
import type { Complaint } from "./schema.ts";
import { canonicalSpelling } from "./spelling.ts";

/**
 * Raw data → a valid config in canonical spelling. `where` names the source in messages.
 * @throws E_CONFIG_PROTO, E_CONFIG_ALIAS, E_CONFIG_TWICE, E_CONFIG_KEY, E_CONFIG_VALUE; several of the last two in one ComposeError
 */
export function parseConfig(raw: unknown, where: string): ConfigFile {
  refusePrototypes(raw, where);
  const spelled = canonicalSpelling(raw, where);
  const problems = complaints(spelled).flatMap((complaint) => problemsOf(complaint, spelled, where));
  const [first] = problems;
  if (first !== undefined) throw problems.length === 1 ? first : new ComposeError(problems);
  return spelled as ConfigFile; // what the schema has just said
}

function problemsOf({ path, unknownKeys, expected }: Complaint, root: unknown, where: string): FastapError[] {
  const at = path.join(".");
  if (unknownKeys.length === 0) return [E_CONFIG_VALUE({ path: at, expected, received: show(valueAt(root, path)), where })];
  const known = KEYS[at] ?? [];
  return unknownKeys.map((name) => E_CONFIG_KEY({ path: [...path, name].join("."), name, known, where }));
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (typeof node === "object" && node !== null ? Reflect.get(node, key) : undefined), root);
}

function show(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
