import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TfmdDataLoaders } from "@fastap/plugin-data";
import { expect } from "chai";
import { Jitter } from "./augmentation.ts";
import { fits, hostIn, learnerOn } from "./recipe.ts";

describe("a checkpoint of other transforms", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "fastap-transforms-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("is refused by the name of what differs", async () => {
    await using host = await hostIn(root);
    const learn = await learnerOn(host);
    await fits["constant"]?.(learn);
    learn.dispose();
    await using other = await hostIn(root);
    const again = await learnerOn(other);
    if (again.dls instanceof TfmdDataLoaders) again.dls.train.hooks.afterItem.add(new Jitter());
    const failure: unknown = await fits["constant"]?.(again, true).catch((error: unknown) => error);
    again.dispose();
    expect(String(failure)).to.match(/E_CHECKPOINT_RECIPE[^]*loaders\.0\.recipe\.afterItem\.1: nothing there, "Jitter -- \{p=0\.8\}" here/);
  });
});
