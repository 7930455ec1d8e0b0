import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost, definePlugin } from "@fastap/kernel";
import type { Host } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { data } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { encodeSafetensors, nn } from "@fastap/plugin-nn";
import { architectures, fetchWeights, vision, weightsOf } from "@fastap/plugin-vision";
import type { WeightFile } from "@fastap/plugin-vision";
import { expect } from "chai";
import { dropping, fileServer, whole } from "../../data/test/external/file-server.ts";
import type { FileServer } from "../../data/test/external/file-server.ts";
import { errorOf } from "./error-of.ts";

const bytes = Buffer.from(
  encodeSafetensors(new Map([["w", { dtype: "F32", shape: [5000], data: Float32Array.from({ length: 5000 }, (_, i) => Math.sin(i)) }]])),
);
const sha256 = createHash("sha256").update(bytes).digest("hex");
const resnet18 = architectures.find(({ name }) => name === "resnet18");
if (resnet18 === undefined) throw new Error("no resnet18");

describe("fetching weights", () => {
  const names = ["FASTAP_WEIGHTS_URL", "FASTAP_WEIGHTS", "FASTAP_DATA", "XDG_CACHE_HOME"] as const;
  const environment = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  let root: string;
  let server: FileServer;
  let host: Host;
  let entries: WeightFile[];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "fastap-fetch-"));
    for (const name of names) delete process.env[name];
    process.env["XDG_CACHE_HOME"] = root;
    const shards = Object.fromEntries(["/t/model.json", "/t/a", "/t/b"].map((path) => [path, whole]));
    server = await fileServer(bytes, { "/w": whole, "/lossy": dropping(9000), "/mirror/toy/w.safetensors": whole, ...shards });
    const toy = (name: string, more: Partial<WeightFile>): WeightFile => ({
      name,
      file: "toy/w.safetensors",
      source: "a test",
      licence: "CC0-1.0",
      ...more,
    });
    const beside = { names: () => ["a", "b"], sha256: createHash("sha256").update(bytes).update(bytes).digest("hex") };
    entries = [
      toy("good", { url: server.url("/w"), sha256 }),
      toy("lossy", { url: server.url("/lossy"), sha256 }),
      toy("forged", { url: server.url("/w"), sha256: "0".repeat(64) }),
      toy("gone", { url: server.url("/none"), sha256 }),
      toy("homeless", { sha256 }),
      toy("sharded", { url: server.url("/t/model.json"), sha256, file: "t/model.json", beside }),
      toy("halfSharded", { url: server.url("/t/model.json"), file: "t/model.json", beside: { ...beside, names: () => ["a", "c"] } }),
    ];
    const plugin = definePlugin({
      meta: { name: "toy", version: "1.0.0", kernel: "^0.1.0" },
      apply: (to) => entries.forEach((entry) => to.contribute("weights", { name: entry.name, make: () => entry })),
    });
    host = await createHost({ plugins: [engineTfjs, backendCpu, data, nn, vision, plugin], config: { backend: "cpu", root } });
  });

  afterEach(async () => {
    await host[Symbol.asyncDispose]();
    await server.close();
    await rm(root, { recursive: true });
    for (const [name, value] of Object.entries(environment)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  const cached = (file: string): string => join(root, "fastap", "weights", file);

  it("brings them to the cache once, where they are loaded from", async () => {
    expect(await fetchWeights(host, "good")).to.equal(cached("toy/w.safetensors"));
    expect(weightsOf(host, resnet18, "good").state.get("w")?.data[1]).to.be.closeTo(Math.sin(1), 1e-6);
    const { length } = server.requests;
    await fetchWeights(host, "good");
    expect(server.requests).to.have.length(length);
  });

  it("takes a local folder first, and goes on with what arrived before the connection ended", async () => {
    await fetchWeights(host, "lossy", { retryDelay: 1 });
    expect(server.requests.filter(({ range }) => range !== undefined)).to.have.length(2); // 20 kB, 9 at a time
    expect(await readFile(cached("toy/w.safetensors"))).to.deep.equal(bytes);
    await mkdir(join(root, "weights", "toy"), { recursive: true });
    await writeFile(join(root, "weights", "toy", "w.safetensors"), bytes);
    expect(await fetchWeights(host, "gone")).to.equal(join(root, "weights", "toy", "w.safetensors"));
  });

  it("keeps nothing that has another digest, and says what command to try again with", async () => {
    const forged = await errorOf(() => fetchWeights(host, "forged"));
    expect(forged.message).to.match(/^E_VISION_WEIGHTS_ABSENT.*npx fastap data get forged/s);
    expect(forged.cause).to.match(/E_DATA_DOWNLOAD_HASH/);
    expect(existsSync(cached("toy/w.safetensors"))).to.equal(false);
    expect((await errorOf(() => fetchWeights(host, "gone"))).cause).to.match(/404/);
    expect((await errorOf(() => weightsOf(host, resnet18, "good"))).message).to.contain("npx fastap data get good");
  });

  it("fetches those without an address from a server of one's own", async () => {
    const { message } = await errorOf(() => fetchWeights(host, "homeless"));
    expect(message).to.match(/made from a test.*FASTAP_WEIGHTS_URL=https:\/\/server\/folder npx fastap data get homeless/s);
    process.env["FASTAP_WEIGHTS_URL"] = server.url("/mirror/");
    expect(await fetchWeights(host, "homeless")).to.equal(cached("toy/w.safetensors"));
  });

  it("brings the files beside it, and counts as there only with all of them", async () => {
    await errorOf(() => fetchWeights(host, "halfSharded"));
    expect([existsSync(cached("t/a")), existsSync(cached("t/model.json"))]).to.deep.equal([true, false]);
    const file = await fetchWeights(host, "sharded");
    expect(existsSync(cached("t/b"))).to.equal(true);
    expect(weightsOf(host, resnet18, "sharded").file).to.equal(file);
    await writeFile(cached("t/b"), "other");
    expect((await errorOf(() => weightsOf(host, resnet18, "sharded"))).message).to.match(/E_VISION_WEIGHTS_SHA.*data get sharded --force/s);
    await rm(cached("t/b"));
    expect((await errorOf(() => weightsOf(host, resnet18, "sharded"))).code).to.equal("E_VISION_WEIGHTS_ABSENT");
  });
});
