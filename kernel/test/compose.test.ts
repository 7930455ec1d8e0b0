import { ComposeError, createHost, definePlugin, FastapError } from "@fastap/kernel";
import type { AnyPlugin, PluginMeta, Preset } from "@fastap/kernel";
import { expect } from "chai";
import fc from "fast-check";

const plugin = (name: string, meta: Partial<PluginMeta> = {}, more: Partial<AnyPlugin> = {}): AnyPlugin =>
  definePlugin({ meta: { name, version: "0.1.0", kernel: "^0.1.0", ...meta }, apply: () => undefined, ...more });

async function codes(...plugins: AnyPlugin[]): Promise<readonly string[]> {
  const error: unknown = await createHost({ plugins }).catch((e: unknown) => e);
  return error instanceof ComposeError ? error.problems.map((p) => p.code) : [];
}

async function order(...plugins: AnyPlugin[]): Promise<readonly string[]> {
  await using host = await createHost({ plugins });
  return host.plugins.map((p) => p.meta.name);
}

describe("composition", () => {
  it("collects every problem into one error that names them all", async () => {
    const error: unknown = await createHost({
      plugins: [
        plugin("old", { kernel: "^9.0.0" }),
        plugin("hungry", { requires: ["engine"] }),
        plugin("a", { provides: ["random"] }),
        plugin("b", { provides: ["random"] }),
        "hungri",
        ["a", { surprising: 1 }],
      ],
    }).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(ComposeError);
    const { problems, message } = error as ComposeError;
    expect(problems.map((p) => p.code)).to.have.members([
      "E_PLUGIN_UNKNOWN",
      "E_PLUGIN_VERSION",
      "E_TOKEN_DUPLICATE",
      "E_TOKEN_MISSING",
      "E_PLUGIN_OPTIONS",
    ]);
    expect(message).to.include('Did you mean "hungry"?').and.to.include('plugin "hungry" requires "engine"').and.to.include("surprising");
  });

  it("finds cycles and prints their path", async () => {
    expect(await codes(plugin("a", { after: ["c"] }), plugin("b", { after: ["a"] }), plugin("c", { after: ["b"] }))).to.deep.equal([
      "E_PLUGIN_CYCLE",
    ]);
    const error: unknown = await createHost({ plugins: [plugin("x"), plugin("a", { after: ["b"] }), plugin("b", { after: ["a"] })] }).catch(
      (e: unknown) => e,
    );
    expect((error as Error).message)
      .to.match(/a → b → a|b → a → b/)
      .and.not.to.match(/x →/);
  });

  it("wants an order between two writers of a field, and puts writers before readers", async () => {
    expect(await codes(plugin("a", { writes: ["run.xb"] }), plugin("b", { writes: ["run.xb"] }))).to.deep.equal(["E_WRITE_CONFLICT"]);
    expect(await codes(plugin("a", { writes: ["run.xb"] }), plugin("b", { writes: ["run.xb"], after: ["a"] }))).to.deep.equal([]);
    expect(await order(plugin("reader", { reads: ["run.xb"] }), plugin("writer", { writes: ["run.xb"] }))).to.deep.equal([
      "writer",
      "reader",
    ]);
  });

  for (const [field, meta] of Object.entries({ name: { name: "Bad Name" }, version: { version: "one" }, kernel: { kernel: "whatever" } })) {
    it(`refuses a wrong meta.${field}`, async () => {
      expect(await codes(plugin("p", meta))).to.deep.equal(["E_PLUGIN_META"]);
    });
  }

  it("holds plugins to what they say they provide", async () => {
    expect(await codes(plugin("liar", { provides: ["engine"] }))).to.deep.equal(["E_TOKEN_UNPROVIDED"]);
  });

  it("names the plugin whose apply threw, and disposes what was made", async () => {
    const error: unknown = await createHost({
      plugins: [
        plugin(
          "bad",
          {},
          {
            apply: () => {
              throw new Error("ouch");
            },
          },
        ),
      ],
    }).catch((e: unknown) => e);
    expect((error as ComposeError).message).to.include('plugin "bad" failed while it was applied: Error: ouch');
  });

  it("sorts stably and respects every edge", async () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const edge = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })).filter(([x, y]) => x < y);
    await fc.assert(
      fc.asyncProperty(fc.array(edge, { maxLength: 8 }), fc.shuffledSubarray(names, { minLength: 6 }), async (edges, given) => {
        const made = given.map((n) => plugin(n, { after: edges.filter(([, y]) => names[y] === n).map(([x]) => names[x] ?? "") }));
        const sorted = await order(...made);
        for (const [x, y] of edges) expect(sorted.indexOf(names[x] ?? "")).to.be.lessThan(sorted.indexOf(names[y] ?? ""));
        if (edges.length === 0) expect(sorted).to.deep.equal(given);
      }),
      { numRuns: 60 },
    );
  });
});

describe("presets", () => {
  const seen: unknown[] = [];
  const a = plugin("a", {}, {
    parseOptions: (raw) => raw,
    apply: (_host: unknown, options: unknown) => void seen.push(options),
  } as Partial<AnyPlugin>);
  const core: Preset = { name: "core", plugins: [[a, { x: 1, list: [1, 2] }], plugin("b")] };
  const more: Preset = { name: "more", presets: [core], plugins: [plugin("c")] };

  it("nest, merge options shallowly and let the config have the last word", async () => {
    seen.length = 0;
    await using host = await createHost({
      presets: [more],
      plugins: [
        ["a", { y: 2, list: [3] }],
        ["b", false],
      ],
    });
    expect(host.plugins.map((p) => p.meta.name)).to.deep.equal(["a", "c"]);
    expect(seen).to.deep.equal([{ x: 1, y: 2, list: [3] }]);
  });

  it("let a plugin that was switched off be named again", async () => {
    await using host = await createHost({ presets: [more], plugins: [["b", false], "b"] });
    expect(host.plugins.map((p) => p.meta.name)).to.include("b");
  });

  it("refuse two versions of one plugin", async () => {
    const error: unknown = await createHost({ presets: [core], plugins: [plugin("b", { version: "0.2.0" })] }).catch((e: unknown) => e);
    expect((error as ComposeError).problems.map((p) => p.code)).to.deep.equal(["E_PLUGIN_DUPLICATE"]);
    expect(error).to.be.instanceOf(FastapError);
  });
});
