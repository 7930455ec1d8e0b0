import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { fastap, inDirectory, lastJson, MNIST } from "./fastap.ts";

const PLATFORM = `${process.platform}-${process.arch}`;
const PLUGIN = fileURLToPath(new URL("../../plugins/backend-native", import.meta.url));
const LIBRARY = join(PLUGIN, "native", PLATFORM);
const CONFIG = readFileSync(MNIST, "utf8").replace(/^backend:.*$/m, "plugins: [backend-native]");
const LIMITS = ["--bs", "8", "--max-steps", "5", "--json"];

/** Packs a folder as for the registry and unpacks it as an install without scripts does. */
function install(folder: string, name: string, dir: string): string {
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", dir], { cwd: folder, encoding: "utf8" }),
  ) as { filename: string }[];
  const to = join(dir, "node_modules/@fastap", name);
  mkdirSync(to, { recursive: true });
  execFileSync("tar", ["xzf", join(dir, packed?.filename ?? ""), "-C", to, "--strip-components", "1"]);
  return to;
}

describe("the native backend from its packages", function () {
  this.timeout(60_000);

  before(function () {
    if (existsSync(join(LIBRARY, "manifest.json"))) return;
    console.log("      skipped: there is no native library; npm run build:native makes one");
    this.skip();
  });

  it("is taken by auto; a broken or absent library is refused with the reason, and auto takes wasm", async () => {
    await inDirectory({ "fastap.config.yaml": CONFIG }, async (dir) => {
      install(PLUGIN, "plugin-backend-native", dir);
      const folder = install(LIBRARY, `native-${PLATFORM}`, dir);
      const train = (backend: string): ReturnType<typeof fastap> => fastap(["train", "--backend", backend, ...LIMITS], dir);
      const chosen = async (): Promise<unknown> => lastJson(await train("auto"))["backend"];
      const { file } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { file: string };
      const library = join(folder, file);

      expect(await chosen()).to.equal("native");

      const bytes = readFileSync(library);
      writeFileSync(library, bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1));
      const { code, stderr } = await train("native");
      expect(code).to.equal(1);
      expect(stderr).to.contain("E_ENGINE_BACKEND_UNAVAILABLE").and.contain(`${file} is corrupt`);
      expect(await chosen()).to.equal("wasm");

      rmSync(folder, { recursive: true });
      expect((await fastap(["doctor"], dir)).stdout).to.match(/^native +no .*install @fastap\/native-/m);
    });
  });
});
