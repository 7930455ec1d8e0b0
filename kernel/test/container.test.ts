import { createHost, definePlugin } from "@fastap/kernel";
import type { AnyPlugin, Engine, Entry, Host, Metric, Random } from "@fastap/kernel";
import { expect } from "chai";
import { linearParts, pairs, scalarPlugin } from "./scalar-engine.ts";

const apply = (f: (host: Host) => void, provides: readonly string[] = [], name = "p"): AnyPlugin =>
  definePlugin({ meta: { name, version: "0.1.0", kernel: "^0.1.0", provides }, apply: f });
const caught = (f: () => unknown): unknown => {
  try {
    return f();
  } catch (error) {
    return error;
  }
};
const service = (log: string[], name: string): Random => ({ dispose: () => void log.push(name) }) as unknown as Random;

describe("the container", () => {
  it("makes a singleton once, at first resolve", async () => {
    let made = 0;
    await using host = await createHost({ plugins: [apply((h) => h.provide("random", () => (made++, {}) as Random), ["random"])] });
    expect(made).to.equal(0);
    expect(host.resolve("random")).to.equal(host.resolve("random"));
    expect(made).to.equal(1);
  });

  it("disposes in reverse order of making, decorators before what they wrap", async () => {
    const log: string[] = [];
    const host = await createHost({
      plugins: [
        apply(
          (h) => {
            h.provide("random", () => service(log, "random"));
            h.provide("task", (s) => (void s.random, service(log, "task") as never));
            h.decorate("random", () => service(log, "decorated"));
          },
          ["random", "task"],
        ),
      ],
    });
    host.resolve("task");
    await host[Symbol.asyncDispose]();
    expect(log).to.deep.equal(["task", "decorated", "random"]);
    expect(caught(() => host.resolve("task"))).to.have.property("code", "E_HOST_DISPOSED");
  });

  it("gives every run its own run-lived service and disposes it with the run", async () => {
    const log: string[] = [];
    let made = 0;
    const p = apply(
      (h) => {
        h.provide("random", () => service(log, `random ${++made}`), "run");
        h.hooks.run.tap("p", (run) => void expect(run.resolve("random")).to.equal(run.resolve("random")));
      },
      ["random"],
    );
    await using host = await createHost({ plugins: [scalarPlugin, p] });
    const parts = linearParts();
    await host.validate({ ...parts, valid: pairs([1, 2]) });
    await host.validate({ ...parts, valid: pairs([1, 2]) });
    expect(log).to.deep.equal(["random 1", "random 2"]);
  });

  it("refuses to decorate what is in use, and what is not there", async () => {
    await using host = await createHost({ plugins: [apply((h) => h.provide("random", () => ({}) as Random), ["random"])] });
    host.resolve("random");
    expect(caught(() => host.decorate("random", (inner) => inner))).to.have.property("code", "E_TOKEN_LATE");
    expect(caught(() => host.decorate("engine", (inner: Engine) => inner))).to.have.property("code", "E_TOKEN_MISSING");
    expect(caught(() => host.resolve("engine"))).to.have.property("code", "E_TOKEN_MISSING");
  });
});

describe("a registry", () => {
  const metric = (name: string, aliases: readonly string[] = []): Entry<Metric> => ({
    name,
    aliases,
    make: (options) => ({ name, options }) as unknown as Metric,
  });

  it("has one key for singular and plural", async () => {
    await using host = await createHost({ plugins: [apply((h) => h.contribute("metric" as "metrics", metric("accuracy", ["acc"])))] });
    expect(host.registry("metrics").names()).to.deep.equal(["accuracy"]);
    expect(host.registry("metrics").make(["acc", { k: 1 }])).to.deep.equal({ name: "accuracy", options: { k: 1 } });
    expect(host.registry("metrics").make("accuracy")).to.deep.equal({ name: "accuracy", options: {} });
  });

  it("knows what was meant, and refuses a name twice", async () => {
    await using host = await createHost({ plugins: [apply((h) => h.contribute("metrics", metric("accuracy")))] });
    expect(caught(() => host.registry("metrics").get("acuracy")))
      .to.have.property("message")
      .that.includes('Did you mean "accuracy"?');
    const twice = createHost({
      plugins: [apply((h) => h.contribute("metrics", metric("a"))), apply((h) => h.contribute("metrics", metric("b", ["a"])), [], "q")],
    });
    expect(await twice.catch((e: Error) => e.message)).to.include('plugins "p" and "q" both call something "a" in metrics');
  });
});
