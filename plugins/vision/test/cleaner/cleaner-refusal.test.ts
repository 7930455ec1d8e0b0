import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { createLearner } from "@fastap/plugin-learner";
import { cleanImages } from "@fastap/plugin-vision";
import { expect } from "chai";
import { codeOf, Room } from "./room.ts";

describe("the image cleaner, given something wrong,", () => {
  let room: Room;
  beforeEach(async () => {
    room = await Room.create();
  });
  afterEach(() => room.close());

  it("names what it cannot work with", async () => {
    const made = await room.trained();
    const codes: string[] = [];
    const refused = async (work: Promise<unknown>): Promise<void> => void codes.push(await codeOf(work));
    await writeFile(join(room.squares.root, "other.csv"), "a,b\n1,2\n");
    await refused(cleanImages(made, { out: "other.csv" }));
    await mkdir(join(room.squares.root, "a-folder.csv"));
    await refused(cleanImages(made, { out: "a-folder.csv" }));
    await writeFile(join(room.squares.root, "plain-file"), "");
    await refused(cleanImages(made, { out: "plain-file/reviewed.csv" }));
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = Object(taken.address());
    await refused(cleanImages(made, { port }));
    taken.close();
    expect(codes).to.deep.equal(["E_CLEANER_CSV", "E_CLEANER_CSV", "E_CLEANER_CSV", "E_CLEANER_PORT"]);
  });

  it("names data without image files, and a model for other classes", async () => {
    const { dls } = await room.trained();
    const services = { engine: room.host.resolve("engine"), random: room.host.resolve("random"), bs: 2, lossFunc: "crossEntropy" };
    const numbers = new ArrayDataset([
      { data: new Float32Array(8), shape: [2] },
      { data: new Int32Array(4), shape: [] },
    ]);
    const other = createLearner(room.host, DataLoaders.fromDatasets([numbers, numbers], services), ["mlp", { sizes: [2, 2] }]);
    expect(await codeOf(cleanImages(other))).to.equal("E_CLEANER_DATA");
    other.dispose();
    const wide = createLearner(room.host, dls, ["mlp", { sizes: [192, 5], flatten: true }]);
    expect(await codeOf(cleanImages(wide))).to.equal("E_CLEANER_VOCAB");
    wide.dispose();
  });
});
