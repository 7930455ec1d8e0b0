import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const script = fileURLToPath(new URL("https-fit.ts", import.meta.url));

/** A service on this machine that speaks TLS, with a certificate that was made for the test. */
describe("logger-wandb over https", function () {
  this.timeout(60_000);
  let root: string;
  before(async function () {
    root = await mkdtemp(join(tmpdir(), "fastap-wandb-"));
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const files = ["-keyout", join(root, "key.pem"), "-out", join(root, "cert.pem"), "-days", "2"];
    if (spawnSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...files, ...names]).status === 0) return;
    console.log("      skipped: no openssl here to make a certificate with");
    this.skip();
  });
  after(() => rm(root, { recursive: true }));

  /** Trains in another process; what it printed, and what reached the service. */
  async function train(trusts: boolean): Promise<{ readonly code: number; readonly err: string; readonly posts: readonly string[] }> {
    const posts: string[] = [];
    const [key, cert] = await Promise.all(["key.pem", "cert.pem"].map((name) => readFile(join(root, name))));
    const server = createServer({ key, cert }, (request, response) => {
      posts.push(request.url ?? "");
      request.resume();
      const bucket = { name: "r", project: { name: "digits", entity: { name: "me" } } };
      response.end(request.url === "/graphql" ? JSON.stringify({ data: { upsertBucket: { bucket } } }) : "{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    const env = { ...process.env, NODE_OPTIONS: "", ...(trusts ? { NODE_EXTRA_CA_CERTS: join(root, "cert.pem") } : {}) };
    try {
      return await new Promise((resolve) => {
        execFile(process.execPath, ["--import", "tsx", script, url], { env }, (error, _, err) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), err, posts });
        });
      });
    } finally {
      server.close();
    }
  }

  it("logs to a service whose certificate is trusted", async () => {
    const { code, err, posts } = await train(true);
    expect(code, err).to.equal(0);
    expect(posts[0]).to.equal("/graphql");
    expect(posts.at(-1)).to.equal("/files/me/digits/r/file_stream");
  });

  it("says before the first step that a certificate is not, and sends no key", async () => {
    const { code, err, posts } = await train(false);
    expect(code).to.not.equal(0);
    expect(err).to.match(/E_LOGGER_WANDB_START[^]*self-signed certificate/);
    expect(posts).to.deep.equal([]);
  });
});
