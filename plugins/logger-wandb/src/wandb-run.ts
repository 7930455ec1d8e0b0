import { E_LOGGER_WANDB_START } from "./errors.ts";
import type { WandbOptions } from "./options.ts";

const UPSERT = `mutation UpsertBucket($name: String, $project: String, $entity: String, $displayName: String, $config: JSONString) {
  upsertBucket(input: { name: $name, modelName: $project, entityName: $entity, displayName: $displayName, config: $config }) {
    bucket { id name displayName project { name entity { name } } }
  }
}`;

/** Milliseconds until a request is given up, so that a dead network cannot hold up a training. */
const PATIENCE = 10_000;
const MAX_LINES = 10_000;

export type Row = Readonly<Record<string, number | string>>;

/** One run of the service, over its HTTP interface. Rows wait until `flush`; what cannot be sent waits for the next. */
export class WandbRun {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #started: number = Date.now();
  #stream = "";
  #lines: string[] = [];
  #offset = 0;
  #summary: Row = {};
  #problem: string | undefined;

  constructor({
    apiKey = process.env["WANDB_API_KEY"] ?? "",
    baseUrl = process.env["WANDB_BASE_URL"] ?? "https://api.wandb.ai",
  }: WandbOptions) {
    this.#base = baseUrl.replace(/\/+$/, "");
    this.#headers = { "content-type": "application/json", authorization: `Basic ${Buffer.from(`api:${apiKey}`).toString("base64")}` };
  }

  /** Why rows could not be sent lately. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** @throws E_LOGGER_WANDB_START */
  async start({ project = "fastap", entity, name }: WandbOptions, id: string, config: Readonly<Record<string, unknown>>): Promise<void> {
    const url = `${this.#base}/graphql`;
    try {
      const described = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, { value }]));
      const variables = { name: id, project, entity, displayName: name, config: JSON.stringify(described) };
      const answer = (await this.#post(url, { query: UPSERT, variables })) as Upserted;
      const { bucket } = answer.data?.upsertBucket ?? {};
      if (bucket === undefined) throw new Error(answer.errors?.[0]?.message ?? "the answer names no run");
      const path = [bucket.project.entity.name, bucket.project.name, bucket.name].map(encodeURIComponent).join("/");
      this.#stream = `${this.#base}/files/${path}/file_stream`;
    } catch (error) {
      throw E_LOGGER_WANDB_START({ url, problem: inWords(error) }, error);
    }
  }

  log(row: Row, step: number): void {
    const timestamp = Date.now();
    const line = { ...row, _step: step, _timestamp: timestamp / 1000, _runtime: (timestamp - this.#started) / 1000 };
    this.#lines.push(JSON.stringify(line));
    this.#summary = { ...this.#summary, ...line };
  }

  /** Never fails: a training does not end because its log cannot be sent. */
  async flush(end?: { readonly exitcode: number }): Promise<void> {
    if (this.#stream === "") return;
    const lines = this.#lines.slice(0, MAX_LINES);
    const history = { offset: this.#offset, content: lines };
    const files = { "wandb-history.jsonl": history, "wandb-summary.json": { offset: 0, content: [JSON.stringify(this.#summary)] } };
    try {
      await this.#post(this.#stream, { files: lines.length === 0 ? {} : files, ...(end === undefined ? {} : { complete: true, ...end }) });
      this.#lines = this.#lines.slice(lines.length);
      this.#offset += lines.length;
      this.#problem = undefined;
    } catch (error) {
      this.#problem = inWords(error);
    }
  }

  async #post(url: string, body: unknown): Promise<unknown> {
    const response = await fetch(url, {
      method: "POST",
      headers: this.#headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`HTTP ${response.status} ${text.slice(0, 200)}`);
    return text === "" ? {} : JSON.parse(text);
  }
}

/** The answer's shape; every part may be missing. */
interface Upserted {
  readonly data?: {
    readonly upsertBucket?: {
      readonly bucket?: { readonly name: string; readonly project: { readonly name: string; readonly entity: { readonly name: string } } };
    };
  };
  readonly errors?: readonly { readonly message: string }[];
}

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
