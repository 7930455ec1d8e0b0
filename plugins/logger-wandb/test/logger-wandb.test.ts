import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createHost, isFastapError, type Callback } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { ArrayDataset, data, DataLoaders } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { createLearner, learner, type Recorder } from "@fastap/plugin-learner";
import { loggerWandb } from "@fastap/plugin-logger-wandb";
import { losses } from "@fastap/plugin-losses";
import { metrics } from "@fastap/plugin-metrics";
import { nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";
import { schedulers } from "@fastap/plugin-schedulers";
import { expect } from "chai";

interface Posted {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: {
    readonly variables?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, { readonly offset: number; readonly content: readonly string[] }>>;
    readonly complete?: boolean;
    readonly exitcode?: number;
  };
}

/** Stands in for the service on this machine. */
describe("logger-wandb", () => {
  let server: Server;
  let posted: Posted[];
  let refuse: (url: string) => number | undefined;
  beforeEach(async () => {
    posted = [];
    refuse = () => undefined;
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const url = request.url ?? "";
        const status = refuse(url);
        if (status !== undefined) return void response.writeHead(status).end("no");
        const body = JSON.parse(text) as Posted["body"];
        posted.push({ url, authorization: request.headers.authorization, body });
        const bucket = { name: body.variables?.["name"], project: { name: body.variables?.["project"], entity: { name: "me" } } };
        response.end(url === "/graphql" ? JSON.stringify({ data: { upsertBucket: { bucket } } }) : "{}");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  async function train(cbs: readonly Callback[] = []): Promise<Recorder | undefined> {
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const plugins = [engineTfjs, backendCpu, data, nn, losses, metrics, optimizers, learner, schedulers];
    const options = { baseUrl, apiKey: "key", project: "digits", name: "first" };
    await using host = await createHost({ plugins: [...plugins, [loggerWandb, options]], config: { backend: "cpu", seed: 3 } });
    const dataset = new ArrayDataset([
      { data: Float32Array.from({ length: 32 }, (_, i) => Math.sin(i)), shape: [2] },
      { data: Int32Array.from({ length: 16 }, (_, i) => i % 2), shape: [] },
    ]);
    const [engine, random] = [host.resolve("engine"), host.resolve("random")];
    const dls = DataLoaders.fromDatasets([dataset, dataset], { engine, random, bs: 4, lossFunc: "crossEntropy" });
    const learn = createLearner(host, dls, ["mlp", { sizes: [2, 4, 2] }], { metrics: ["accuracy"] });
    try {
      await learn.fitOneCycle(2, 0.01, { cbs });
      await learn.validate();
      return learn.recorder;
    } finally {
      learn.dispose();
    }
  }

  const rows = (): Record<string, number>[] =>
    posted
      .flatMap(({ body }) => body.files?.["wandb-history.jsonl"]?.content ?? [])
      .map((line) => JSON.parse(line) as Record<string, number>);

  it("starts a run, sends a row per batch and epoch in order, and completes it", async () => {
    const recorder = await train();
    const [start, ...stream] = posted;
    expect(start?.url).to.equal("/graphql");
    expect(start?.authorization).to.equal(`Basic ${Buffer.from("api:key").toString("base64")}`);
    expect(start?.body.variables).to.include({ project: "digits", displayName: "first" });
    const config = JSON.parse(start?.body.variables?.["config"] ?? "") as Record<string, unknown>;
    expect(config).to.deep.include({ optimizer: { value: "adam" }, n_epoch: { value: 2 }, batch_per_epoch: { value: 4 } });
    expect(stream.every(({ url }) => url === `/files/me/digits/${start?.body.variables?.["name"]}/file_stream`)).to.equal(true);
    const batches = rows().filter((row) => "train_loss" in row);
    expect(batches.map((row) => row["train_loss"])).to.deep.equal(recorder?.losses);
    expect(batches.map((row) => row["lr_0"])).to.deep.equal(recorder?.lrs);
    expect(rows().filter((row) => "accuracy" in row)).to.have.length(2);
    let offset = 0;
    for (const { body } of stream) {
      const history = body.files?.["wandb-history.jsonl"];
      if (history !== undefined) expect(history.offset).to.equal(offset);
      offset += history?.content.length ?? 0;
    }
    expect(posted.at(-1)?.body).to.include({ complete: true, exitcode: 0 });
  });

  it("sends later what could not be sent, and trains on meanwhile", async () => {
    let refusals = 1;
    refuse = (url) => (url !== "/graphql" && refusals-- > 0 ? 503 : undefined);
    const recorder = await train();
    expect(rows().filter((row) => "train_loss" in row)).to.have.length(recorder?.losses.length ?? -1);
  });

  it("completes a run that failed with exit code 1", async () => {
    const boom: Callback = {
      name: "boom",
      beforeEpoch(run) {
        if (run.epoch === 1) throw new Error("boom");
      },
    };
    const failure: unknown = await train([boom]).catch((error: unknown) => error);
    expect(String(failure)).to.include("boom");
    expect(posted.at(-1)?.body).to.include({ complete: true, exitcode: 1 });
  });

  it("says before the first step that there is no run to log to, without the key", async () => {
    refuse = () => 401;
    const failure: unknown = await train().catch((error: unknown) => error);
    expect(isFastapError(failure) && failure.code).to.equal("E_LOGGER_WANDB_START");
    expect(String(failure)).to.include("HTTP 401").and.not.include(Buffer.from("api:key").toString("base64"));
  });
});
