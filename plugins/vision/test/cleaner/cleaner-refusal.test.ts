import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { createLearner } from "@fastap/plugin-learner";
import { cleanImages, imageDataLoaders } from "@fastap/plugin-vision";
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

  it("names the classes of an exported learner that the data have not", async () => {
    const { root } = room.squares;
    await room.squares.paint("two/train/cyan/0.png", [0, 200, 200]);
    await room.squares.paint("two/train/black/0.png", [0, 0, 0]);
    await room.squares.paint("two/valid/cyan/0.png", [0, 200, 200]);
    const small = { itemTfms: ["resize", 8], bs: 2 } as const;
    const dls = await imageDataLoaders.fromFolder(room.host, join(root, "two"), small);
    const other = createLearner(room.host, dls, ["mlp", { sizes: [192, 2], flatten: true }]);
    const model = await other.export("other");
    other.dispose();
    const task = { data: ["imageFolder", { path: ".", ...small }], model: ["mlp", { sizes: [192, 3], flatten: true }] } as const;
    const host = await room.squares.host(task);
    const message = await host
      .resolve("cleaner")
      .open({ model })
      .then(() => "opened", String);
    expect(message).to.include("E_CLEANER_VOCAB").and.include("blue, green, red").and.include("black, cyan");
    const none = await host
      .resolve("cleaner")
      .open({ model: "none.safetensors" })
      .then(() => "opened", String);
    expect(none).to.include("E_LEARNER_FILE");
    await host[Symbol.asyncDispose]();
  });
});
