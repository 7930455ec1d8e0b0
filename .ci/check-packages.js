// Packs every publishable workspace once, then holds publint and attw to the tarballs, two packages at a time.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);
const lanes = 2;

/** Names of the workspaces that are published. */
async function publishable() {
  const { stdout } = await exec("npm", ["query", ".workspace"], { maxBuffer: 1e8 });
  return JSON.parse(stdout).filter((p) => p.private !== true);
}

/** @returns problems of one tarball, as text */
async function check(tarball) {
  const bin = (name) => join("node_modules", ".bin", name);
  const runs = [
    exec(bin("publint"), ["run", tarball, "--strict"]),
    exec(bin("attw"), [tarball, "--profile", "esm-only", "--format", "ascii"]),
  ];
  const results = await Promise.allSettled(runs);
  return results.filter((r) => r.status === "rejected").map((r) => `${r.reason.stdout}${r.reason.stderr}`);
}

const dir = await mkdtemp(join(tmpdir(), "fastap-pack-"));
let problems = 0;
try {
  const names = (await publishable()).flatMap((p) => ["--workspace", p.name]);
  const { stdout } = await exec("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", dir, ...names], { maxBuffer: 1e8 });
  const packed = JSON.parse(stdout);
  const queue = (Array.isArray(packed) ? packed : Object.values(packed)).map((p) => p.filename);
  const total = queue.length;
  const lane = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const found = await check(join(dir, file));
      if (found.length > 0) console.error(`${file}\n${found.join("\n")}`);
      problems += found.length;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const { version } = JSON.parse(await readFile("node_modules/publint/package.json", "utf8"));
  console.log(`publint ${version} and attw: ${total} packages, ${problems} problems`);
} finally {
  await rm(dir, { recursive: true, force: true });
}
process.exitCode = problems === 0 ? 0 : 1;
