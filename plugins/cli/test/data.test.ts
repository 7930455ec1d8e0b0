import { createServer } from "node:http";
import type { Server } from "node:http";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { fastap, project } from "./project.ts";

/** A tar of one file, as `tar` writes it. */
function tarOf(path: string, text: string): Buffer {
  const head = Buffer.alloc(512);
  head.write(path);
  head.write("0000644\0", 100);
  head.write(`${text.length.toString(8).padStart(11, "0")}\0`, 124);
  head.write("00000000000\0", 136);
  head.write("        0", 148);
  head.write("ustar\u000000", 257);
  head.write(
    `${head
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
  );
  const body = Buffer.alloc(512);
  body.write(text);
  return Buffer.concat([head, body, Buffer.alloc(1024)]);
}

describe("fastap data", () => {
  const archive = gzipSync(tarOf("toy/labels.csv", "a,b"));
  let server: Server;
  let cwd = "";
  let url = "";
  before(async () => {
    server = createServer((request, response) =>
      request.url === "/toy.tgz" ? response.setHeader("content-length", archive.length).end(archive) : response.writeHead(404).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    cwd = project({});
  });
  after(() => server.close());

  it("get fetches, unpacks and prints the folder, with progress on stderr", async () => {
    const { code, out, err } = await fastap(cwd, ["data", "get", `${url}/toy.tgz`], { FASTAP_HOME: cwd });
    expect(code, err).to.equal(0);
    expect(out).to.equal(`${join(cwd, "data", "toy")}\n`);
    expect(readFileSync(join(cwd, "data", "toy", "labels.csv"), "utf8")).to.equal("a,b");
    expect(err).to.include("toy.tgz").and.include("100 %");
    const again = await fastap(cwd, ["data", "get", `${url}/toy.tgz`, "--base", cwd, "--json"]);
    expect(JSON.parse(again.out)).to.include({ folder: join(cwd, "data", "toy"), archive: join(cwd, "archive", "toy.tgz") });
    expect(again.err).to.equal("");
  });

  it("list tells what there is and what is here, in 80 columns", async () => {
    const { out } = await fastap(cwd, ["data", "list", "--base", cwd]);
    expect(out).to.match(/MNIST_TINY +342 kB +–/);
    const table = out.slice(0, out.indexOf("\n\n"));
    expect(Math.max(...table.split("\n").map((line) => line.length))).to.be.at.most(80);
    const rows = JSON.parse((await fastap(cwd, ["data", "list", "--json"])).out) as { name: string; bytes?: number }[];
    expect(rows.find(({ name }) => name === "PETS")).to.include({ bytes: 811_706_944 });
  });

  it("get says what is wrong with a name, an address or a hash, and leaves nothing", async () => {
    const failures = [
      [["MNIST_TINNY"], "MNIST_TINY"],
      [[`${url}/none.tgz`], "404"],
      [[`${url}/toy.tgz`, "--sha256", "00", "--force"], "E_DATA_DOWNLOAD_HASH"],
    ] as const;
    const home = project({});
    for (const [args, text] of failures) {
      const { code, err } = await fastap(cwd, ["data", "get", ...args, "--base", home]);
      expect([code, err.includes(text)], err).to.deep.equal([1, true]);
    }
    expect(existsSync(join(home, "data", "toy"))).to.equal(false);
  });

  it("get says of weights what fetches them, and that does", async function () {
    const weights = process.env["FASTAP_DATA"];
    if (weights === undefined) this.skip(); // no weights here to serve
    const mirror = createServer((request, response) => createReadStream(join(weights, request.url ?? "")).pipe(response));
    await new Promise<void>((resolve) => mirror.listen(0, "127.0.0.1", resolve));
    const env = { XDG_CACHE_HOME: cwd, FASTAP_DATA: "", FASTAP_WEIGHTS: "" };
    try {
      const refused = await fastap(cwd, ["data", "get", "tiny_darknet"], { ...env, FASTAP_WEIGHTS_URL: "http://127.0.0.1:9" });
      expect(refused.code).to.equal(1);
      const [, command = ""] = /Fetch it: {2}npx fastap ([\w ]+)/.exec(refused.err) ?? [];
      const served = { ...env, FASTAP_WEIGHTS_URL: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}` };
      for (const args of [command.trim().split(" "), ["data", "get", "cifar_resnet20"]]) {
        const { code, out, err } = await fastap(cwd, args, served);
        expect(code, err).to.equal(0);
        expect(existsSync(out.trim())).to.equal(true);
        const rows = JSON.parse((await fastap(cwd, ["data", "list", "--weights", "--json"], env)).out) as { name: string; file?: string }[];
        expect(rows.find(({ name }) => name === args[2])?.file).to.equal(out.trim());
      }
    } finally {
      mirror.close();
    }
    const { err } = await fastap(cwd, ["data", "get", "resnet81"]);
    expect(err).to.include("E_CLI_DATA_NAME").and.include('"resnet18"');
  }).timeout(60_000);
});
