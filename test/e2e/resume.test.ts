import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { BIN, fastap, inDirectory, lastJson, MNIST } from "./fastap.ts";

const SIZES = ["--bs", "32", "--max-rows", "512", "--epochs", "4", "--progress", "line"];

describe("fastap, stopped and resumed", function () {
  this.timeout(120_000);

  it("verify-resume proves the MNIST recipe exact on wasm", async () => {
    const args = ["verify-resume", "--config", MNIST, "--steps", "12", "--stops", "3,8,11", "--bs", "64", "--max-rows", "512", "--json"];
    const result = lastJson(await fastap(args));
    expect(result).to.deep.include({ ok: true, steps: 12, outcomes: [3, 8, 11].map((stop) => ({ stop, differ: [] })) });
  });

  it("train saves itself on SIGTERM within 2 s, exits with 143, and --resume ends with the same model", async () => {
    await inDirectory({}, async (dir) => {
      const straight = join(dir, "straight");
      const args = ["train", "--config", MNIST, ...SIZES, "--json"];
      const want = lastJson(await fastap([...args, "--out", straight]));
      const checkpoints = join(dir, "checkpoints");
      const saving = [...args, "--out", join(dir, "resumed"), "--set", `plugins=[["checkpoint",{"dir":${JSON.stringify(checkpoints)}}]]`];
      const child = spawn(process.execPath, [BIN, ...saving], { stdio: ["ignore", "ignore", "pipe"] });
      let sent = 0;
      child.stderr.on("data", () => {
        if (sent > 0 || !existsSync(checkpoints)) return;
        sent = performance.now();
        child.kill("SIGTERM");
      });
      const code = await new Promise((resolve) => child.once("exit", resolve));
      expect([code, performance.now() - sent < 2000]).to.deep.equal([143, true]);
      const got = lastJson(await fastap([...saving, "--resume"]));
      expect({ ...got, seconds: 0 }).to.deep.equal({ ...want, seconds: 0 });
      const model = (name: string): Promise<Buffer> => readFile(join(dir, name, "model.safetensors"));
      expect((await model("resumed")).equals(await model("straight"))).to.equal(true);
    });
  });
});
