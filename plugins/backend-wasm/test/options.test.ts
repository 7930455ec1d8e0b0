import { expect } from "chai";
import { createHost } from "@fastap/kernel";
import { backendWasm } from "@fastap/plugin-backend-wasm";

async function refusal(options: unknown): Promise<string> {
  try {
    await using host = await createHost({ plugins: [[backendWasm, options]] });
    return `accepted by ${host.config.backend ?? "the host"}`;
  } catch (error) {
    return String(error);
  }
}

describe("options of backend-wasm", () => {
  it("are refused by name", async () => {
    expect(await refusal({ thread: 2 })).to.match(/E_BACKEND_WASM_OPTION.*"thread"[^]*Did you mean "threads"\?/);
    expect(await refusal({ threads: 0 })).to.match(/"threads"[^]*an integer from 1 to 64/);
    expect(await refusal({ threads: 1.5 })).to.contain("E_BACKEND_WASM_OPTION");
    expect(await refusal({ threads: "all" })).to.contain("E_BACKEND_WASM_OPTION");
    expect(await refusal({ fma: 1 })).to.match(/"fma"[^]*true or false/);
    expect(await refusal([])).to.contain("E_BACKEND_WASM_OPTION");
  });
});
