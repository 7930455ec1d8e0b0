import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isFastapError, type CleaningPage, type Host } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";
import { cleanImages } from "@fastap/plugin-vision";
import { expect } from "chai";
import { Squares } from "./squares.ts";

/** An image as the page is told of it. */
export interface Image {
  readonly index: number;
  readonly file: string;
  readonly label: number;
  readonly predicted?: number;
  readonly loss: number | null;
}

/** Squares, a Learner of them, and pages that clean them. */
export class Room {
  readonly squares: Squares;
  readonly host: Host;
  #learn: Learner | undefined;
  #tensors: number;
  readonly #pages: CleaningPage[] = [];

  private constructor(squares: Squares, host: Host) {
    this.squares = squares;
    this.host = host;
    this.#tensors = this.#count();
  }

  static async create(): Promise<Room> {
    const squares = await Squares.create();
    return new Room(squares, await squares.host());
  }

  async trained(): Promise<Learner> {
    this.#learn?.dispose();
    this.#learn = await this.squares.learner(this.host);
    await this.#learn.fit(8);
    this.#tensors = this.#count();
    return this.#learn;
  }

  async open(options: Parameters<typeof cleanImages>[1] = {}, learn?: Learner): Promise<CleaningPage> {
    const page = await cleanImages(learn ?? (await this.trained()), options);
    this.#pages.push(page);
    return page;
  }

  async csv(): Promise<string> {
    return readFile(join(this.squares.root, "reviewed.csv"), "utf8");
  }

  async close(): Promise<void> {
    for (const page of this.#pages) await page.close();
    const left = this.#count();
    this.#learn?.dispose();
    await this.host[Symbol.asyncDispose]();
    await this.squares.remove();
    expect(left, "tensors left").to.equal(this.#tensors);
  }

  #count(): number {
    return this.host.resolve("engine").memory().tensors;
  }
}

export async function get<T>(page: CleaningPage, path: string): Promise<T> {
  return (await (await fetch(`${page.url}${path}`)).json()) as T;
}

export async function post(page: CleaningPage, path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${page.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "nothing was thrown",
    (error: unknown) => (isFastapError(error) ? error.code : String(error)),
  );
}
