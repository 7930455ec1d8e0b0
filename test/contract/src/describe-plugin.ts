import {
  createHost,
  describeHooks,
  isFastapError,
  KERNEL_VERSION,
  type AnyPlugin,
  type Config,
  type Host,
  type PluginEntry,
  type RunParts,
} from "@fastap/kernel";
import { expect } from "chai";
import { importQuietly } from "./import-quietly.ts";
import { readManifest } from "./manifest.ts";
import { recording } from "./recording-run.ts";
import { serviceDoubles } from "./service-doubles.ts";
import { sumParts } from "./sum-parts.ts";

export interface DescribePluginOptions {
  /** The package's package.json; then meta must equal it, and the built package must import without side effects. */
  readonly packageUrl?: string | URL;
  /** Globals that its dependencies make when they are imported; default none. */
  readonly globals?: readonly string[];
  /** Real plugins that stand beside it; tokens that they do not provide get doubles. */
  readonly companions?: readonly PluginEntry[];
  /** Valid raw options; default none. */
  readonly options?: unknown;
  readonly config?: Config;
  /** What the observed run works on; default {@link sumParts} on the host's engine. `false`: the plugin has nothing to do with runs. */
  readonly parts?: ((host: Host) => RunParts | Promise<RunParts>) | false;
}

/**
 * The laws of a plugin: its meta tells the truth, it does nothing but wire, refuses options it does not know, and what its
 * taps read and write is declared. Call it inside mocha. @example describePlugin(gradNorm, { options: { every: 2 } });
 */
export function describePlugin(plugin: AnyPlugin, options: DescribePluginOptions = {}): void {
  describe(`plugin contract: ${plugin.meta.name}`, () => {
    describeMeta(plugin, options);
    describeComposition(plugin, options);
    describeOptions(plugin, options);
    if (options.parts !== false) describeRun(plugin, options);
  });
}

function describeMeta({ meta }: AnyPlugin, { packageUrl, globals = [] }: DescribePluginOptions): void {
  it("has a name, a version and a kernel range", () => {
    expect(meta.name).to.match(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(meta.version).to.match(/^\d+\.\d+\.\d+/);
    expect(meta.kernel, `a range that allows kernel ${KERNEL_VERSION}`).to.match(/\d|\*/);
  });

  if (packageUrl === undefined) return;
  it("says in its meta what its package.json says", async () => {
    const manifest = await readManifest(packageUrl);
    expect(manifest.name.replace(/^.*plugin-/, "")).to.equal(meta.name);
    expect(manifest.version).to.equal(meta.version);
    expect(manifest.peerDependencies["@fastap/kernel"]).to.equal(meta.kernel);
  });

  it("does nothing when imported", async () => {
    const effects = await importQuietly(packageUrl);
    expect(effects.output).to.equal("");
    expect(
      effects.globals.filter((g) => !globals.includes(g)),
      "new globals",
    ).to.deep.equal([]);
  }).timeout(20_000);
}

function describeComposition(plugin: AnyPlugin, options: DescribePluginOptions): void {
  it("composes with what it requires, and leaves no global behind", async () => {
    const before = Object.getOwnPropertyNames(globalThis);
    await using host = await compose(plugin, options);
    expect(host.plugins.map((p) => p.meta.name)).to.include(plugin.meta.name);
    expect(Object.getOwnPropertyNames(globalThis)).to.deep.equal(before);
  });

  it("names its taps after itself and makes the hooks it declares", async () => {
    const { plugin: watched, touched } = recording(plugin);
    await using host = await compose(watched, options);
    const hooks = describeHooks(host);
    const { name } = plugin.meta;
    expect(
      [...touched.taps].filter((tap) => tap !== name && !tap.startsWith(`${name}/`)),
      "taps under another name",
    ).to.deep.equal([]);
    expect(hooks.map((h) => h.hook)).to.include.members(Object.keys(plugin.runHooks ?? {}));
  });
}

function describeOptions(plugin: AnyPlugin, options: DescribePluginOptions): void {
  const parse = plugin.parseOptions?.bind(plugin);
  if (parse === undefined) return;
  it("takes its valid options", () => {
    parse(options.options ?? {});
  });
  for (const bad of [{ surelyNoSuchOption: 1 }, 1, "text", null, [1]]) {
    it(`refuses ${JSON.stringify(bad)} with a coded error`, () => {
      let thrown: unknown;
      try {
        parse(bad);
      } catch (error) {
        thrown = error;
      }
      expect(isFastapError(thrown), `threw ${String(thrown)}`).to.equal(true);
    });
  }
}

function describeRun(plugin: AnyPlugin, options: DescribePluginOptions): void {
  it("touches no more of a run than it declares, and leaks nothing", async () => {
    const { plugin: watched, touched } = recording(plugin);
    await using host = await compose(watched, options);
    const engine = host.resolve("engine");
    const before = engine.memory().tensors;
    const parts = await (options.parts === undefined || options.parts === false ? sumParts(engine) : options.parts(host));
    await host.fit(parts);
    await host.validate(parts);
    parts.opt?.dispose();
    parts.model.dispose();
    expect(engine.memory().tensors, "live tensors").to.equal(before);
    const [reads, writes] = [declared(plugin.meta.reads), declared(plugin.meta.writes)];
    expect(
      [...touched.writes].filter((f) => !writes.has(f)),
      "written and not in meta.writes",
    ).to.deep.equal([]);
    const unread = [...touched.reads].filter((f) => !reads.has(f) && !writes.has(f));
    expect(plugin.meta.reads === undefined ? [] : unread, "read and not in meta.reads").to.deep.equal([]);
  });
}

/** `run.loss` and `loss` are the same field; x and y are views of xb and yb. */
function declared(fields: readonly string[] = []): Set<string> {
  const names = new Set(fields.map((f) => f.replace(/^run\./, "")));
  for (const [view, field] of [
    ["x", "xb"],
    ["y", "yb"],
  ] as const)
    if (names.has(field)) names.add(view);
  return names;
}

/** The plugin beside its companions, with doubles for every token that is still missing. */
function compose(plugin: AnyPlugin, { companions = [], options, config = {} }: DescribePluginOptions): Promise<Host> {
  const entries: PluginEntry[] = [...companions, options === undefined ? plugin : [plugin, options]];
  const metas = [...companions.map(pluginOf), plugin].flatMap((p) => (p === undefined ? [] : [p.meta]));
  const provided = new Set(metas.flatMap((m) => m.provides ?? []));
  const wanted = new Set(["engine", "random", ...metas.flatMap((m) => m.requires ?? [])]);
  const missing = [...wanted].filter((token) => !provided.has(token));
  return createHost({ plugins: missing.length === 0 ? entries : [serviceDoubles(missing), ...entries], config });
}

function pluginOf(entry: PluginEntry): AnyPlugin | undefined {
  const head: unknown = Array.isArray(entry) ? entry[0] : entry;
  return typeof head === "string" ? undefined : (head as AnyPlugin); // an entry's head is a name or a plugin
}
