import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { download } from "@fastap/plugin-data";
import { expect } from "chai";
import { errorOf } from "../error-of.ts";
import { chunked, dropping, fileServer, stalling, whole } from "./file-server.ts";
import type { FileServer } from "./file-server.ts";
import { contents, scratch } from "./scratch.ts";

const body = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251));
const sha256 = createHash("sha256").update(body).digest("hex");

const quick = { retryDelay: 1 };

interface Setting {
  readonly url: (path: string) => string;
  readonly requests: () => FileServer["requests"];
  readonly folder: () => string;
  readonly file: () => string;
}

/** A server with good and bad manners, and an empty folder for every test. */
function setting(): Setting {
  let server: FileServer;
  let folder = "";
  let busy = 0;
  const isKept = (name: string) => (): boolean => (statSync(join(folder, `${name}.part`), { throwIfNoEntry: false })?.size ?? 0) > 0;
  before(async () => {
    server = await fileServer(body, {
      "/whole": whole,
      "/dropping": dropping(120_000),
      "/stalling": stalling,
      "/chunked": chunked,
      "/moved": (_request, response) => response.writeHead(302, { location: "/whole" }).end(),
      "/loop": (_request, response) => response.writeHead(302, { location: "/loop" }).end(),
      "/busy": (request, response) => (busy++ < 2 ? response.writeHead(503).end() : whole(request, response, body)),
      "/drop-once": (request, response) =>
        (request.headers.range === undefined ? dropping(1000, isKept("sub/file.bin")) : whole)(request, response, body),
      "/changed": (request, response) =>
        request.headers.range === undefined
          ? dropping(1000, isKept("other"))(request, response, body)
          : whole(request, response, body.subarray(0, 5000)),
    });
  });
  after(() => server.close());
  beforeEach(() => {
    folder = scratch();
    server.requests.length = 0;
    busy = 0;
  });
  const file = (): string => join(folder, "sub", "file.bin");
  return { url: (path) => server.url(path), requests: () => server.requests, folder: () => folder, file };
}

describe("download", () => {
  const { url, requests, folder, file } = setting();

  it("brings the file, tells of its progress, and leaves nothing else", async () => {
    const seen: number[] = [];
    const options = {
      sha256,
      onProgress: ({ received, total }: { received: number; total?: number | undefined }) => seen.push(received / (total ?? 0)),
    };
    expect(await download(url("/whole"), file(), options)).to.equal(file());
    expect(readFileSync(file()).equals(body)).to.equal(true);
    expect(contents(folder())).to.deep.equal(["sub", "sub/file.bin"]);
    expect([seen[0], seen.at(-1)]).to.deep.equal([0, 1]);
    expect(seen).to.deep.equal(seen.toSorted((a, b) => a - b));
  });

  it("does not fetch what is here, unless it is another file or force", async () => {
    await download(url("/whole"), file(), { sha256 });
    await download(url("/whole"), file(), { sha256 });
    expect(requests()).to.have.length(1);
    writeFileSync(file(), "broken");
    await download(url("/whole"), file(), { sha256 });
    expect(readFileSync(file()).equals(body)).to.equal(true);
    await download(url("/whole"), file(), { force: true });
    expect(requests()).to.have.length(3);
  });

  it("goes on where a connection was dropped", async () => {
    await download(url("/dropping"), file(), { sha256, ...quick });
    expect(readFileSync(file()).equals(body)).to.equal(true);
    const starts = requests().map(({ range }) => Number(/\d+/.exec(range ?? "")?.[0] ?? 0));
    expect(starts.length).to.be.at.least(3);
    expect(starts[1]).to.be.above(0);
  });

  it("goes on in a later call, and starts again where the file has changed meanwhile", async () => {
    const error = await errorOf(() => download(url("/drop-once"), file(), { retries: 0 }));
    expect(error).to.include({ code: "E_DATA_DOWNLOAD" });
    expect(contents(folder())).to.include("sub/file.bin.part");
    await download(url("/drop-once"), file(), { sha256 });
    expect(requests()[1]?.range).to.match(/^bytes=\d+-$/);
    const other = join(folder(), "other");
    await download(url("/changed"), other, quick);
    expect(readFileSync(other).equals(body.subarray(0, 5000))).to.equal(true);
  });

  it("tries again where the server is busy, and follows redirects", async () => {
    await download(url("/busy"), file(), { sha256, ...quick });
    expect(requests()).to.have.length(3);
    await download(url("/moved"), join(folder(), "moved"), { sha256 });
    expect(await errorOf(() => download(url("/loop"), join(folder(), "loop"), { retries: 0 }))).to.include({
      code: "E_DATA_DOWNLOAD",
    });
  });

  it("takes a file of unknown length", async () => {
    await download(url("/chunked"), file(), { sha256 });
    expect(readFileSync(file()).equals(body)).to.equal(true);
  });
});

describe("download, where it fails", () => {
  const { url, requests, folder, file } = setting();

  it("refuses a wrong hash, and keeps neither the file nor its part", async () => {
    const error = await errorOf(() => download(url("/whole"), file(), { sha256: "00" }));
    expect(error).to.include({ code: "E_DATA_DOWNLOAD_HASH" });
    expect(error.message).to.include(sha256);
    expect(contents(folder())).to.deep.equal(["sub"]);
  });

  it("keeps the file that was here when a forced download fails", async () => {
    await download(url("/whole"), file());
    await errorOf(() => download(url("/whole"), file(), { force: true, sha256: "00" }));
    expect(readFileSync(file()).equals(body)).to.equal(true);
  });

  it("gives up at once on 404, after the time limit on silence, and at an abort", async () => {
    const missing = await errorOf(() => download(url("/none"), file(), quick));
    expect(missing).to.include({ code: "E_DATA_DOWNLOAD_STATUS" });
    expect(requests()).to.have.length(1);
    const slow = await errorOf(() => download(url("/stalling"), file(), { timeout: 50, retries: 1, ...quick }));
    expect(slow).to.include({ code: "E_DATA_DOWNLOAD" });
    expect(slow.message).to.include("no byte for 50 ms").and.include("attempt 2");
    const aborter = new AbortController();
    const waiting = errorOf(() => download(url("/stalling"), file(), { signal: aborter.signal, onProgress: () => aborter.abort() }));
    expect(await waiting).to.include({ code: "E_DATA_DOWNLOAD" });
  });

  it("refuses what is larger than allowed, announced or not, and other protocols", async () => {
    for (const path of ["/whole", "/chunked"]) {
      expect(await errorOf(() => download(url(path), file(), { maxBytes: 1000 }))).to.include({ code: "E_DATA_DOWNLOAD_SIZE" });
      expect(contents(folder())).to.deep.equal(["sub"]);
    }
    for (const url of ["file:///etc/passwd", "ftp://host/file", "nowhere"])
      expect(await errorOf(() => download(url, file()))).to.include({ code: "E_DATA_DOWNLOAD_URL" });
  });

  it("fetches once where two ask for the same file at once", async () => {
    await Promise.all([1, 2, 3].map(() => download(url("/whole"), file(), { sha256 })));
    expect(requests()).to.have.length(1);
  });

  it("does not wait for a process that died while it held the lock", async () => {
    writeFileSync(join(folder(), "file.lock"), "999999999");
    await download(url("/whole"), join(folder(), "file"), { sha256 });
    expect(contents(folder())).to.deep.equal(["file"]);
  });
});
