import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isFastapError } from "@fastap/kernel";
import { CheckpointStore } from "@fastap/plugin-checkpoint";
import { expect } from "chai";
import { bitsOf, fits, hostIn, learnerOn } from "./recipe.ts";

const KILLS = Number(process.env["FASTAP_KILLS"] ?? 12);
const FLIPS = 2000;

describe("checkpoints that are damaged", function () {
  this.timeout(Math.max(60_000, KILLS * 2000));
  let root: string;
  let store: CheckpointStore;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "fastap-damage-"));
    store = new CheckpointStore(join(root, "checkpoints"));
  });
  afterEach(() => rm(root, { recursive: true }));

  async function train(options = {}): Promise<void> {
    await using host = await hostIn(root, { options });
    const learn = await learnerOn(host);
    await fits["oneCycle"]?.(learn);
    learn.dispose();
  }

  it(`finds every one of ${FLIPS} flipped bits, and takes the one before`, async () => {
    await train({ keep: 2 });
    const [older, newer = ""] = await store.paths();
    const files = await Promise.all((await readdir(newer)).map(async (name) => ({ name, bytes: await readFile(join(newer, name)) })));
    const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0) * 8;
    let found = 0;
    for (let flip = 0; flip < FLIPS; flip++) {
      let bit = Math.floor((total * (flip + 0.5)) / FLIPS);
      const { name, bytes } = files.find((file) => (bit < file.bytes.length * 8 ? true : ((bit -= file.bytes.length * 8), false))) ?? {
        name: "",
        bytes: Buffer.alloc(0),
      };
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await writeFile(join(newer, name), flipped);
      const newest = await store.newest();
      expect(newest?.loaded.path, `bit ${bit} of ${name}`).to.equal(older);
      expect(newest?.refused.map(({ path }) => path)).to.deep.equal([newer]);
      await writeFile(join(newer, name), bytes);
      found++;
    }
    expect(found).to.equal(FLIPS);
    expect((await store.newest())?.loaded.path).to.equal(newer);
  });

  it("resumes from the one before, bit for bit, and says so", async () => {
    await using straight = await hostIn(root, { options: false });
    const learn = await learnerOn(straight);
    await fits["oneCycle"]?.(learn);
    const want = await bitsOf(learn);
    learn.dispose();
    await train();
    const newest = (await store.paths()).at(-1) ?? "";
    const file = join(newest, "model.safetensors");
    await writeFile(file, (await readFile(file)).subarray(0, -1));
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
    await using host = await hostIn(root);
    const again = await learnerOn(host);
    await fits["oneCycle"]?.(again, true);
    expect(await bitsOf(again)).to.equal(want);
    again.dispose();
    expect((await warned).message).to.match(/model\.safetensors has \d+ bytes, not \d+.*resuming from/);
  });

  it("refuses to start anew over checkpoints none of which is whole", async () => {
    await train({ keep: 1 });
    const [only = ""] = await store.paths();
    await rm(join(only, "optimizer.safetensors"));
    await using host = await hostIn(root);
    const learn = await learnerOn(host);
    const failure: unknown = await learn.fitOneCycle(3, 0.02, { resume: true }).catch((error: unknown) => error);
    expect(isFastapError(failure) && failure.code).to.equal("E_CHECKPOINT_DAMAGED");
    expect(String(failure)).to.include("optimizer.safetensors is missing");
    learn.dispose();
  });

  it("reads another format's number and stops", async () => {
    await train({ keep: 1 });
    const [only = ""] = await store.paths();
    const { createHash } = await import("node:crypto");
    const text = (await readFile(join(only, "manifest.json"), "utf8")).replace('"format": 1', '"format": 9');
    await writeFile(join(only, "manifest.json"), text);
    await writeFile(join(only, "manifest.sha256"), `${createHash("sha256").update(text).digest("hex")}  manifest.json\n`);
    const failure: unknown = await store.newest().catch((error: unknown) => error);
    expect(isFastapError(failure) && failure.code).to.equal("E_CHECKPOINT_VERSION");
  });

  it(`has a newest whole one after each of ${KILLS} kill -9 at random moments`, async () => {
    const writer = fileURLToPath(new URL("endless-writer.ts", import.meta.url));
    let last = 0;
    let seed = 12345;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, ["--import", "tsx", writer, store.dir], { stdio: ["ignore", "pipe", "inherit"] });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      await new Promise((resolve) => setTimeout(resolve, (seed >>> 8) % 60));
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));
      const newest = await store.newest();
      expect(newest?.refused ?? [], `kill ${kill}`).to.deep.equal([]);
      expect(newest?.loaded.manifest.step ?? 0).to.be.at.least(last);
      last = newest?.loaded.manifest.step ?? 0;
      if (last > 0) expect(newest?.loaded.files.get("data")?.length).to.equal(100_000 + last);
    }
    expect(last, "saves").to.be.at.least(KILLS);
    await store.save(new Map([["data", Buffer.alloc(1)]]), { step: last + 1, epoch: 0, digests: {} }, 3);
    const names = await readdir(store.dir);
    expect(
      names.filter((name) => name.startsWith(".")),
      "left-overs of killed writers",
    ).to.deep.equal([]);
  });
});
