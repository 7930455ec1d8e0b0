import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { dataPlace, fastaiPath, untarData, urlPath, URLs } from "@fastap/plugin-data";
import { expect } from "chai";
import { errorOf } from "../error-of.ts";
import { tarOf } from "./archives.ts";
import { fileServer, whole } from "./file-server.ts";
import type { FileServer } from "./file-server.ts";
import { contents, scratch } from "./scratch.ts";

describe("untarData", () => {
  let server: FileServer;
  let base = "";
  before(async () => {
    const archive = gzipSync(tarOf([{ path: "inner/labels.csv", text: "a,b" }]));
    server = await fileServer(archive, {
      "/toy.tgz": whole,
      "/evil.tgz": (_request, response) => response.end(gzipSync(tarOf([{ path: "../evil", text: "x" }]))),
    });
  });
  after(() => server.close());
  beforeEach(() => {
    base = scratch();
  });

  it("fetches and unpacks once, into the layout that fastai has", async () => {
    const folder = await untarData(server.url("/toy.tgz"), { base });
    expect(folder).to.equal(join(base, "data", "toy"));
    expect(contents(base)).to.deep.equal(["archive", "archive/toy.tgz", "data", "data/toy", "data/toy/labels.csv"]);
    const before = server.requests.length;
    await untarData(server.url("/toy.tgz"), { base });
    expect(server.requests).to.have.length(before);
  });

  it("replaces what is there by force, but not by something bad", async () => {
    const folder = await untarData(server.url("/toy.tgz"), { base });
    writeFileSync(join(folder, "labels.csv"), "changed");
    await untarData(server.url("/toy.tgz"), { base, force: true });
    expect(readFileSync(join(folder, "labels.csv"), "utf8")).to.equal("a,b");
    mkdirSync(join(base, "data", "evil"));
    expect(await errorOf(() => untarData(server.url("/evil.tgz"), { base, force: true }))).to.include({ code: "E_DATA_ARCHIVE_UNSAFE" });
    expect(existsSync(join(base, "data", "evil"))).to.equal(true);
    expect(existsSync(join(base, "data", "evil.new"))).to.equal(false);
  });

  it("knows fastai's names and what their archives must be", async () => {
    expect(Object.keys(URLs)).to.have.length.above(55);
    expect(URLs.PETS).to.equal("https://s3.amazonaws.com/fast-ai-imageclas/oxford-iiit-pet.tgz");
    const place = await dataPlace("MNIST_TINY", { base });
    expect(place.check).to.deep.equal({ bytes: 342_207, md5: "56143e8f24db90d925d82a5a74141875" });
    expect(place.folder).to.equal(join(base, "data", "mnist_tiny"));
    const error = await errorOf(() => untarData("MNIST_TINNY", { base }));
    expect(error).to.include({ code: "E_DATA_NAME" });
    expect(error.message).to.include("MNIST_TINY");
  });

  it("keeps folders where config.ini says, below the home of the environment", async () => {
    writeFileSync(join(base, "config.ini"), "[DEFAULT]\ndata = sets\narchive = /elsewhere\n");
    expect(await fastaiPath("data", base)).to.equal(join(base, "sets"));
    expect(await fastaiPath("archive", base)).to.equal("/elsewhere");
    expect(await fastaiPath("storage", base)).to.equal(join(base, "tmp"));
    const { FASTAP_HOME: old } = process.env;
    process.env["FASTAP_HOME"] = base;
    try {
      expect(await fastaiPath("model")).to.equal(join(base, "models"));
      expect(await urlPath(URLs.WT103_FWD, "model")).to.equal(join(base, "models", "wt103-fwd.tgz"));
      expect(await urlPath("https://host/README.md", "data")).to.equal(resolve(base, "sets", "README.md"));
    } finally {
      if (old === undefined) delete process.env["FASTAP_HOME"];
      else process.env["FASTAP_HOME"] = old;
    }
  });
});
