import { createHost } from "@fastap/kernel";
import type { Config } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { expect } from "chai";

describe("plugin engine-tfjs", () => {
  const host = (config: Config): ReturnType<typeof createHost> => createHost({ plugins: [engineTfjs, backendCpu], config });

  it("readies the engine on the backend of the config, and seeds random from it", async () => {
    const [one, other] = [await host({ backend: "cpu", seed: 7 }), await host({ backend: "cpu" })];
    expect(one.resolve("engine").backend).to.equal("cpu");
    expect(one.resolve("random").state()).to.not.deep.equal(other.resolve("random").state());
    await one[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  });

  it("names the nearest backend when the config misspells it", async () => {
    const error: unknown = await host({ backend: "cpuu" }).then(() => "no failure", (e: unknown) => e); // prettier-ignore
    expect(String(error)).to.contain("E_NAME_UNKNOWN").and.to.contain(`Did you mean "cpu"?`);
  });

  it("asks for a backend when none is loaded", async () => {
    const error: unknown = await createHost({ plugins: [engineTfjs] }).then(() => "no failure", (e: unknown) => e); // prettier-ignore
    expect(String(error)).to.contain("E_TOKEN_MISSING").and.to.contain("backends");
  });
});
