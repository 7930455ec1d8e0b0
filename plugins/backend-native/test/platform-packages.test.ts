import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PLUGIN = fileURLToPath(new URL("..", import.meta.url));

interface Package {
  readonly version: string;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

describe("platform packages", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "fastap-platforms-"));
    for (const path of ["package.json", "platform-packages.mjs", "native"])
      cpSync(join(PLUGIN, path), join(dir, path), { recursive: true });
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const own = (): Package => JSON.parse(readFileSync(join(dir, "package.json"), "utf8")) as Package;
  const npm = (...args: string[]): string =>
    execFileSync("npm", args, {
      cwd: dir,
      encoding: "utf8",
      stdio: "pipe",
      env: { ...process.env, NODE_OPTIONS: "" },
    });

  it("are optional dependencies of exactly this version in what is published, and of nothing before and after", () => {
    const before = readFileSync(join(dir, "package.json"), "utf8");
    expect(Object.keys(own().optionalDependencies)).to.deep.equal(["koffi"]);
    npm("run", "--silent", "prepublishOnly");
    const { version, optionalDependencies } = own();
    for (const platform of ["darwin-arm64", "linux-arm64", "linux-x64"])
      expect(optionalDependencies).to.have.property(`@fastap/native-${platform}`, version);
    expect(optionalDependencies).to.have.property("koffi");
    const [packed] = JSON.parse(npm("pack", "--dry-run", "--json", "--ignore-scripts")) as { files: { path: string }[] }[];
    expect(packed?.files.some(({ path }) => path.startsWith("native/"))).to.equal(false);
    npm("run", "--silent", "postpublish");
    expect(readFileSync(join(dir, "package.json"), "utf8")).to.equal(before);
  });

  it("of another version stop the publishing, by name", () => {
    const path = join(dir, "native/linux-x64/package.json");
    writeFileSync(path, readFileSync(path, "utf8").replace(/"version": "[^"]+"/, '"version": "0.0.9"'));
    const before = readFileSync(join(dir, "package.json"), "utf8");
    expect(() => npm("run", "--silent", "prepublishOnly")).to.throw(/@fastap\/native-linux-x64 is of version 0\.0\.9/);
    expect(readFileSync(join(dir, "package.json"), "utf8")).to.equal(before);
  });
});
