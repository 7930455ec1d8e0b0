import { isAllowed, ownsTensorGlobals, type Allowance } from "./import-matrix.ts";

/** A source file as the checks see it. */
export interface SourceFile {
  /** From the root of the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export const maxLines = 300;
export const maxPresetLines = 40;

const specifier = /(?:^|[;\s])(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

/** Every module that a source names, static or dynamic, for values or for types. */
export function importsOf({ text }: SourceFile): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return [...code.matchAll(specifier)].map((m) => m[1] ?? m[2] ?? "");
}

/** `@scope/name` or `name` of a module path. */
export function packageOf(module: string): string {
  return module
    .split("/")
    .slice(0, module.startsWith("@") ? 2 : 1)
    .join("/");
}

/** Imports that the package's row of the matrix does not allow, deep imports, and imports of the sandbox. */
export function importProblems(file: SourceFile, own: string, allowance: Allowance): string[] {
  return importsOf(file).flatMap((module) => {
    const why = module.startsWith(".") ? relativeProblem(module) : packageProblem(module, own, allowance);
    return why === undefined ? [] : [`${file.path}: imports ${module}, ${why}`];
  });
}

function relativeProblem(module: string): string | undefined {
  if (/(^|\/)sandbox\//.test(module)) return "and nothing imports the sandbox";
  return module.endsWith(".ts") ? undefined : "without its .ts";
}

function packageProblem(module: string, own: string, allowance: Allowance): string | undefined {
  if (module.startsWith("@fastap/sandbox")) return "and nothing imports the sandbox";
  if (module.startsWith("node:")) return allowance.node ? undefined : "but this package runs in a browser";
  const name = packageOf(module);
  if (name.startsWith("@fastap/") && name !== module) return "which is another package's inside";
  return name === own || isAllowed(name, allowance) ? undefined : "which its row of the import matrix does not allow";
}

/** Dependencies that the matrix does not allow. */
export function dependencyProblems(folder: string, dependencies: readonly string[], allowance: Allowance): string[] {
  return dependencies.filter((d) => !isAllowed(d, allowance)).map((d) => `${folder}/package.json: depends on ${d}`);
}

const tensorGlobals =
  /\b(?:setBackend|registerBackend|registerKernel|removeBackend|registerGradient|setPlatform)\s*\(|\benv\(\)\s*\.\s*set\(/;

/** House rules on one source: no hidden randomness, no tfjs state outside engines and backends, no names that say nothing, no long file. */
export function textProblems({ path, text }: SourceFile, folder: string): string[] {
  const problems: string[] = [];
  if (/\bMath\.random\b/.test(text)) problems.push(`${path}: Math.random`);
  if (!ownsTensorGlobals(folder) && tensorGlobals.test(text)) problems.push(`${path}: touches the global state of tfjs`);
  if (/(^|\/)(utils?|helpers?|common|misc|managers?)\.ts$/.test(path)) problems.push(`${path}: a name that says nothing`);
  const lines = lineCount(text);
  if (lines > maxLines) problems.push(`${path}: ${lines} lines, more than ${maxLines}`);
  return problems;
}

/** A preset is data: short, and without a statement that decides or repeats. */
export function presetProblems({ path, text }: SourceFile): string[] {
  const lines = lineCount(text);
  const problems = lines > maxPresetLines ? [`${path}: ${lines} lines, more than ${maxPresetLines}`] : [];
  const logic = /\b(if|for|while|switch|function|await|class)\b|=>|\?\s/.exec(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|"[^"]*"/gm, ""));
  return logic === null ? problems : [...problems, `${path}: has logic (${logic[0].trim()})`];
}

const sections: readonly (readonly [string, RegExp])[] = [
  ["how to install it", /npm (install|i|add)\b/],
  ["an example", /```(ts|sh|yaml|json)/],
];
const pluginSections: readonly (readonly [string, RegExp])[] = [
  ["options", /^#+ .*option/im],
  ["tokens and hooks", /^#+ .*(token|hook|provide)/im],
];

export function readmeProblems(path: string, text: string, isPlugin: boolean): string[] {
  const wanted = isPlugin ? [...sections, ...pluginSections] : sections;
  return wanted.filter(([, pattern]) => !pattern.test(text)).map(([what]) => `${path}: lacks ${what}`);
}

/** What `meta` says and package.json does not. */
export function metaProblems(
  folder: string,
  meta: { readonly name: string; readonly version: string; readonly kernel: string },
  manifest: { readonly name: string; readonly version: string; readonly peerDependencies?: Readonly<Record<string, string>> },
): string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["name", meta.name, folder.split("/").at(-1)],
    ["package name", `@fastap/plugin-${meta.name}`, manifest.name],
    ["version", meta.version, manifest.version],
    ["kernel range", meta.kernel, manifest.peerDependencies?.["@fastap/kernel"]],
  ];
  return pairs
    .filter(([, a, b]) => a !== b)
    .map(([what, a, b]) => `${folder}: ${what} is ${String(a)} in meta and ${String(b)} in package.json`);
}

/** Members of an interface of the given name, wherever it is declared or merged. */
export function membersOf({ text }: SourceFile, interfaceName: string): string[] {
  const bodies = [...text.matchAll(new RegExp(`interface ${interfaceName} \\{([^}]*)\\}`, "g"))].map((m) => m[1] ?? "");
  return bodies.flatMap((body) =>
    [...body.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/^\s*(?:readonly\s+)?["']?(\w+)["']?\??:/gm)].map((m) => m[1] ?? ""),
  );
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

export function lineCount(text: string): number {
  return text.trimEnd().split("\n").length;
}
