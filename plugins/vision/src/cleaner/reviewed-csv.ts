import { readFile } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { atomicWrite } from "@fastap/plugin-learner";
import papaparse from "papaparse";
import { E_CLEANER_CSV } from "./errors.ts";
import type { Review } from "./review.ts";

const HEAD = ["file", "old_label", "new_label", "action"];

/** A CSV with a row for each image: its file, the label it had, the one it shall have, and keep, delete or relabel. */
export class ReviewedCsv {
  readonly file: string;
  /** Files below it are written relative to it. */
  readonly #root: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string, root: string) {
    this.file = resolve(root, file);
    this.#root = resolve(root);
  }

  /** Takes up what an earlier review of the same images decided. @throws E_CLEANER_CSV for a file that is something else */
  async restore(review: Review): Promise<void> {
    const indices = new Map(review.images.map(({ file }, i) => [this.#name(file), i]));
    for (const [file = "", , label = "", action] of await this.#rows()) {
      const index = indices.get(file);
      const known = review.vocab.indexOf(label);
      if (index === undefined) continue;
      if (action === "delete") review.decide(index, { action });
      if (action === "relabel" && known >= 0) review.decide(index, { action, label: known });
    }
  }

  /** Writes the whole file or nothing; one writing after the other. @throws E_CLEANER_CSV */
  write(review: Review): Promise<void> {
    const next = this.#writing.catch(() => undefined).then(() => this.#write(review));
    this.#writing = next;
    return next;
  }

  async #write(review: Review): Promise<void> {
    const rows = review.images.map(({ file, label }, i) => {
      const decision = review.decision(i);
      const renamed = decision.action === "relabel" ? decision.label : label;
      const names = [label, decision.action === "delete" ? -1 : renamed].map((id) => review.vocab[id] ?? "");
      return [this.#name(file), ...names, decision.action];
    });
    const text = papaparse.unparse({ fields: HEAD, data: rows }, { newline: "\n" });
    try {
      await atomicWrite(this.file, `${text}\n`);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw E_CLEANER_CSV({ file: this.file, problem, hint: "Choose an --out that can be written." }, error);
    }
  }

  async #rows(): Promise<string[][]> {
    const refused = (problem: string, error?: unknown): Error =>
      E_CLEANER_CSV({ file: this.file, problem, hint: "Choose another --out." }, error);
    const text = await readFile(this.file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw refused(error.message, error);
    });
    if (text === "") return [];
    const [head = [], ...rows] = papaparse.parse<string[]>(text, { skipEmptyLines: true }).data;
    if (head.join() !== HEAD.join()) throw refused(`it is there and has other columns than ${HEAD.join(", ")}`);
    return rows;
  }

  #name(file: string): string {
    const path = relative(this.#root, resolve(this.#root, file));
    return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path) ? resolve(this.#root, file) : path;
  }
}
