import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { extractArchive } from "@fastap/plugin-data";
import { expect } from "chai";
import { deflateRawSync, gzipSync } from "node:zlib";
import { errorOf } from "../error-of.ts";
import { archiveFile, repeatedGzip, tarOf, zipOf } from "./archives.ts";
import type { TarEntry, ZipEntry } from "./archives.ts";
import { contents, scratch } from "./scratch.ts";

const good = [{ path: "set/" }, { path: "set/a.txt", text: "A".repeat(3000) }, { path: "set/sub/b.txt", text: "B" }] as const;
const tarGood = tarOf(good.map((entry) => (entry.path.endsWith("/") ? { ...entry, type: "Directory" } : entry)));

const fine = { path: "fine.txt", text: "fine" };

describe("extractArchive", () => {
  let folder = "";
  let target = "";
  beforeEach(() => {
    folder = join(scratch(), "in");
    mkdirSync(folder);
    target = join(folder, "out");
  });

  for (const [name, bytes] of [
    ["a.tgz", tarGood],
    ["a.tar", tarGood],
    ["a.zip", zipOf(good)],
  ] as const)
    it(`unpacks ${name}, its only folder being the whole`, async () => {
      expect(await extractArchive(archiveFile(folder, name, bytes), target)).to.equal(target);
      expect(contents(target)).to.deep.equal(["a.txt", "sub", "sub/b.txt"]);
      expect(readFileSync(join(target, "a.txt"), "utf8")).to.equal("A".repeat(3000));
      expect(contents(folder).filter((path) => path.startsWith("."))).to.deep.equal([]);
    });

  it("keeps several roots as they are, and no set-uid bit", async () => {
    const entries: TarEntry[] = [
      { path: "x/one", text: "1", mode: 0o4755 },
      { path: "y", text: "2" },
    ];
    await extractArchive(archiveFile(folder, "a.tgz", tarOf(entries)), target);
    expect(contents(target)).to.deep.equal(["x", "x/one", "y"]);
    expect(statSync(join(target, "x/one")).mode & 0o7777).to.equal(0o644);
    expect(statSync(target).mode & 0o777).to.equal(0o755);
  });

  const tars: Record<string, TarEntry> = {
    "a name that leads out": { path: "../evil", text: "x" },
    "a name that leads out from within": { path: "a/../../evil", text: "x" },
    "a name that leads out with backslashes": { path: "a\\..\\..\\evil", text: "x" },
    "an absolute name": { path: "/tmp/fastap-evil", text: "x" },
    "a name with a drive": { path: "C:/evil", text: "x" },
    "a symlink": { path: "link", type: "SymbolicLink", linkpath: "/etc" },
    "a hard link": { path: "hard", type: "Link", linkpath: "../../secret" },
    "a device": { path: "device", type: "CharacterDevice" },
  };
  for (const [what, entry] of Object.entries(tars))
    it(`refuses a tar with ${what}, and leaves nothing`, async () => {
      const file = archiveFile(folder, "a.tgz", tarOf([fine, entry, fine]));
      const error = await errorOf(() => extractArchive(file, target));
      expect(error).to.include({ code: "E_DATA_ARCHIVE_UNSAFE" });
      expect(error.message).to.include(JSON.stringify(entry.path));
      expect(contents(join(folder, ".."))).to.deep.equal(["in", "in/a.tgz"]);
    });

  const zips: Record<string, ZipEntry> = {
    "a name that leads out": { path: "../evil", text: "x" },
    "a name that leads out with backslashes": { path: "a\\..\\..\\evil", text: "x" },
    "an absolute name": { path: "/tmp/fastap-evil", text: "x" },
    "a name with a drive": { path: "C:/evil", text: "x" },
    "a symlink": { path: "link", text: "/etc", mode: 0o120777 },
    "a device": { path: "device", mode: 0o020666 },
    "an encrypted file": { path: "secret", text: "x", flags: 1, method: 8 },
  };
  for (const [what, entry] of Object.entries(zips))
    it(`refuses a zip with ${what}, and leaves nothing`, async () => {
      const file = archiveFile(folder, "a.zip", zipOf([fine, entry, fine]));
      expect(await errorOf(() => extractArchive(file, target))).to.include({ code: "E_DATA_ARCHIVE_UNSAFE" });
      expect(contents(join(folder, ".."))).to.deep.equal(["in", "in/a.zip"]);
    });

  it("refuses bombs: claimed sizes, a stream that never ends, a zip that lies", async () => {
    const claim = join(folder, "claim.tgz");
    await repeatedGzip(claim, tarOf([{ path: "huge", size: 2 ** 33 }]).subarray(0, 512), Buffer.alloc(2 ** 20), 10);
    const padding = join(folder, "padding.tgz");
    await repeatedGzip(padding, tarOf([fine]), Buffer.alloc(2 ** 20), 300);
    const many = archiveFile(
      folder,
      "many.zip",
      zipOf(Array.from({ length: 3 }, (_, i) => ({ path: `${i}`, text: "x", size: 2 ** 31, method: 8 }))),
    );
    for (const file of [claim, many])
      expect(await errorOf(() => extractArchive(file, target))).to.include({ code: "E_DATA_ARCHIVE_LIMIT" });
    const limits = { maxBytes: 1000, maxEntries: 10 };
    expect(await errorOf(() => extractArchive(padding, target, limits))).to.include({ code: "E_DATA_ARCHIVE_LIMIT" });
    const lies = archiveFile(
      folder,
      "lies.zip",
      zipOf([fine, { path: "lie", text: deflateRawSync("longer than it says").toString("latin1"), size: 3, method: 8 }]),
    );
    expect(await errorOf(() => extractArchive(lies, target))).to.include({ code: "E_DATA_ARCHIVE_BROKEN" });
    expect(contents(folder)).to.have.members(["claim.tgz", "padding.tgz", "many.zip", "lies.zip"]);
  });

  it("refuses a million entries before it writes one", async () => {
    const file = join(folder, "million.tgz");
    const thousand = Buffer.concat(Array.from({ length: 1000 }, (_, i) => tarOf([{ path: `f${i}` }]).subarray(0, 512)));
    await repeatedGzip(file, Buffer.alloc(0), thousand, 1000);
    const error = await errorOf(() => extractArchive(file, target, { maxEntries: 500_000, maxRatio: 1e6 }));
    expect(error).to.include({ code: "E_DATA_ARCHIVE_LIMIT" });
    expect(error.message).to.include("500000 entries");
    const zip = archiveFile(folder, "many.zip", zipOf(Array.from({ length: 20 }, (_, i) => ({ path: `${i}` }))));
    expect(await errorOf(() => extractArchive(zip, target, { maxEntries: 19 }))).to.include({ code: "E_DATA_ARCHIVE_LIMIT" });
    expect(contents(folder)).to.deep.equal(["many.zip", "million.tgz"]);
  });

  it("refuses what is broken or no archive, and leaves nothing", async () => {
    const packed = gzipSync(tarGood);
    const cases: [string, Buffer, string][] = [
      ["cut.tgz", packed.subarray(0, packed.length - 20), "E_DATA_ARCHIVE_BROKEN"],
      ["cut.tar", tarGood.subarray(0, 1200), "E_DATA_ARCHIVE_BROKEN"],
      ["noise.tgz", gzipSync(Buffer.from("no tar at all ".repeat(100))), "E_DATA_ARCHIVE_BROKEN"],
      ["cut.zip", zipOf(good).subarray(0, 200), "E_DATA_ARCHIVE_BROKEN"],
      ["page.tgz", Buffer.from("<html>Not found</html>"), "E_DATA_ARCHIVE_KIND"],
      ["empty.tgz", Buffer.alloc(0), "E_DATA_ARCHIVE_KIND"],
    ];
    for (const [name, bytes, code] of cases) {
      const file = join(folder, name);
      writeFileSync(file, bytes);
      expect((await errorOf(() => extractArchive(file, target))).code, name).to.equal(code);
    }
    expect(contents(folder)).to.have.members(cases.map(([name]) => name));
  });
});
