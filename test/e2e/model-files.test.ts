import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { fastap, inDirectory, lastJson, MNIST, type Outcome } from "./fastap.ts";

const recipe = ["--config", MNIST];
const digit = JSON.stringify(Array.from({ length: 28 }, () => Array.from({ length: 28 }, () => [0.5])));

/** Says what is wrong with a code, and does not crash. */
function expectCoded({ code, stderr }: Outcome, ...parts: readonly RegExp[]): void {
  expect(code, stderr).to.equal(1);
  expect(stderr)
    .to.match(/^E_[A-Z_]+: /m)
    .and.not.match(/\n\s+at .*\.js:\d+/);
  for (const part of parts) expect(stderr).to.match(part);
}

describe("a model file", function () {
  this.timeout(120_000);

  it("trains twice to the same bits, validates and predicts as trained, and refuses what is broken", async () => {
    await inDirectory({ "digit.json": digit, "tall.json": "[[[0.5]]]", "text.json": '{"a": ' }, async (dir) => {
      const train = ["train", ...recipe, "--max-rows", "640", "--epochs", "2", "--json", "--out"];
      const first = lastJson(await fastap([...train, join(dir, "a")]));
      const second = lastJson(await fastap([...train, join(dir, "b")]));
      expect({ ...second, seconds: 0 }).to.deep.equal({ ...first, seconds: 0 });
      expect(await readFile(join(dir, "a/model.safetensors"))).to.deep.equal(await readFile(join(dir, "b/model.safetensors")));
      expect(await readdir(join(dir, "a"))).to.have.members(["model.safetensors", "history.csv", "history.json", "plot.svg"]);

      const model = join(dir, "a/model.safetensors");
      const validated = lastJson(await fastap(["validate", ...recipe, "--max-rows", "640", "--model", model, "--json"]));
      expect(validated).to.include({ validLoss: first["validLoss"], accuracy: first["accuracy"] });
      const predicted = lastJson(await fastap(["predict", join(dir, "digit.json"), ...recipe, "--model", model, "--json"]));
      expect(predicted["probs"]).to.have.length(10);

      expectCoded(await fastap(["predict", join(dir, "tall.json"), ...recipe, "--model", model]), /28, 28, 1/, /1, 1, 1/);
      expectCoded(await fastap(["predict", join(dir, "text.json"), ...recipe, "--model", model]), /text\.json/);
      await refuses(dir, model);
    });
  });
});

async function refuses(dir: string, model: string): Promise<void> {
  const bytes = await readFile(model);
  const broken = join(dir, "broken.safetensors");
  const predict = ["predict", join(dir, "digit.json"), ...recipe, "--model"];
  for (const content of [bytes.subarray(0, 5), bytes.subarray(0, bytes.length - 100), Buffer.from("not a model at all")]) {
    await writeFile(broken, content);
    expectCoded(await fastap([...predict, broken]), /broken\.safetensors/);
  }
  expectCoded(await fastap([...predict, join(dir, "none.safetensors")]), /none\.safetensors/);
  const other = [...recipe, "--set", "task.model.1.channels=[1,4,8,16,16,10]", "--model", model];
  expectCoded(await fastap(["predict", join(dir, "digit.json"), ...other]), /0\.weight/, /\[8, 1, 3, 3\]/);
}
