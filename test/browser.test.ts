import { createContext, runInContext } from "node:vm";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect } from "chai";

/** What a page has and the kernel may use; nothing of Node. */
const page = (): Record<string, unknown> => ({ performance, setTimeout, clearTimeout, queueMicrotask });

describe("the kernel in a browser", () => {
  it("bundles without anything of Node, and composes a host there", async () => {
    const contents = `import { createHost } from "@fastap/kernel"; globalThis.host = createHost({ config: { seed: 1 } });`;
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
      bundle: true,
      platform: "browser",
      format: "iife",
      write: false,
    });
    const window = page();
    runInContext(outputFiles[0]?.text ?? "", createContext(window));
    expect(await window["host"])
      .to.have.property("config")
      .that.deep.equals({ seed: 1 });
  });
});
