import { E_PLUGIN_CYCLE, E_WRITE_CONFLICT } from "./errors.ts";
import type { FastapError } from "./fastap-error.ts";
import type { AnyPlugin, PluginMeta } from "./plugin.ts";

/** `edges.get(a)` holds what must come after a. */
type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/** Sorts plugins by after/before, requires→provides and writes→reads; ties keep the given order. Problems are returned, not thrown. */
export function orderPlugins(plugins: readonly AnyPlugin[]): { readonly sorted: readonly AnyPlugin[]; readonly problems: FastapError[] } {
  const metas = plugins.map((p) => p.meta);
  const edges = collectEdges(metas);
  const problems = writeConflicts(metas, edges);
  const sorted: AnyPlugin[] = [];
  let waiting = [...plugins];
  while (waiting.length > 0) {
    const next = waiting.find((p) => !waiting.some((q) => q !== p && edges.get(q.meta.name)?.has(p.meta.name)));
    if (next === undefined) {
      problems.push(
        E_PLUGIN_CYCLE({
          path: findCycle(
            waiting.map((p) => p.meta.name),
            edges,
          ),
        }),
      );
      return { sorted: plugins, problems };
    }
    sorted.push(next);
    waiting = waiting.filter((p) => p !== next);
  }
  return { sorted, problems };
}

function collectEdges(metas: readonly PluginMeta[]): Edges {
  const edges = new Map<string, Set<string>>(metas.map((m) => [m.name, new Set()]));
  const add = (first: string, then: string): void => {
    if (first !== then && edges.has(then)) edges.get(first)?.add(then);
  };
  for (const meta of metas) {
    for (const other of meta.after ?? []) add(other, meta.name);
    for (const other of meta.before ?? []) add(meta.name, other);
    for (const other of metas) if (suppliesTo(other, meta)) add(other.name, meta.name);
  }
  return edges;
}

/** Provides a token that the other requires, or writes a field that it only reads. */
function suppliesTo({ provides, writes }: PluginMeta, user: PluginMeta): boolean {
  const needsToken = user.requires?.some((token) => provides?.includes(token));
  return needsToken === true || user.reads?.some((field) => writes?.includes(field) && !user.writes?.includes(field)) === true;
}

function writeConflicts(metas: readonly PluginMeta[], edges: Edges): FastapError[] {
  const problems: FastapError[] = [];
  metas.forEach((a, i) => {
    for (const b of metas.slice(i + 1)) {
      if (reaches(a.name, b.name, edges) || reaches(b.name, a.name, edges)) continue;
      for (const field of a.writes ?? [])
        if (b.writes?.includes(field)) problems.push(E_WRITE_CONFLICT({ field, plugins: [a.name, b.name] }));
    }
  });
  return problems;
}

function reaches(from: string, to: string, edges: Edges, seen: Set<string> = new Set()): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return [...(edges.get(from) ?? [])].some((next) => reaches(next, to, edges, seen));
}

/** Walks forward among the stuck until a name repeats. */
function findCycle(stuck: readonly string[], edges: Edges): readonly string[] {
  const inCircle = (name: string): boolean => [...(edges.get(name) ?? [])].some((n) => reaches(n, name, edges));
  const path: string[] = [];
  let name = stuck.find(inCircle);
  while (name !== undefined && !path.includes(name)) {
    path.push(name);
    const start = path[0] ?? name;
    name = [...(edges.get(name) ?? [])].find((n) => stuck.includes(n) && reaches(n, start, edges));
  }
  return name === undefined ? path : [...path.slice(path.indexOf(name)), name];
}
