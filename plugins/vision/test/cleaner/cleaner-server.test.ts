import { request } from "node:http";
import { expect } from "chai";
import { post, Room } from "./room.ts";

describe("the image cleaner's server", () => {
  let room: Room;
  beforeEach(async () => {
    room = await Room.create();
  });
  afterEach(() => room.close());

  it("answers on this machine only, to who has the secret, and gives no file by path", async () => {
    const page = await room.open();
    const url = new URL(page.url);
    expect(url.hostname).to.equal("127.0.0.1");
    const status = async (address: string, headers: Record<string, string> = {}): Promise<number> =>
      (await fetch(address, { headers })).status;
    expect(await status(url.origin)).to.equal(404);
    expect(await status(`${url.origin}/wrong/api/review`)).to.equal(404);
    for (const path of [
      "..%2f..%2fetc%2fpasswd",
      "thumb/..%2f0",
      "thumb/../../etc/passwd",
      "page/page.js",
      "%2e%2e/routes.js",
      "thumb/999999",
      "thumb/-1",
    ])
      expect(await status(`${page.url}${path}`), path).to.equal(404);
    expect(await status(`${page.url}api/review`, { Origin: "https://evil.example" })).to.equal(404);
    expect(await status(`${page.url}api/review`, { Origin: url.origin })).to.equal(200);
    expect(await rawStatus(url, "evil.example")).to.equal(404);
    expect((await fetch(page.url)).headers.get("content-security-policy")).to.contain("default-src 'none'");
  });

  it("refuses decisions about what does not exist", async () => {
    const page = await room.open();
    for (const body of [
      { index: 99, action: "delete" },
      { index: 0, action: "relabel", label: 9 },
      { index: 0, action: "burn" },
      "text",
      null,
    ])
      expect((await post(page, "api/decide", body)).status, JSON.stringify(body)).to.equal(400);
    expect(await room.csv()).to.not.match(/delete|relabel/);
  });
});

/** With another host name, as a page that was made to point here would send. */
async function rawStatus(url: URL, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: url.hostname, port: url.port, path: url.pathname, headers: { Host: name } }, ({ statusCode = 0 }) =>
      resolve(statusCode),
    );
    sent.on("error", reject).end();
  });
}
