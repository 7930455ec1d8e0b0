import { constants } from "node:fs";
import { copyFile, mkdir, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Review } from "./review.ts";

/** Deletes and moves image files as was decided; a relabelled one goes from the folder of its old label to that of the new. Says what was done, and what could not be. */
export async function applyReview(review: Review, root: string): Promise<string[]> {
  const said: string[] = [];
  for (const [index, decision] of review.changes()) {
    const image = review.images[index];
    if (image === undefined || decision.action === "keep") continue;
    const file = resolve(root, image.file);
    const [from = "", to = ""] = [image.label, decision.action === "relabel" ? decision.label : -1].map((id) => review.vocab[id]);
    said.push(await (decision.action === "delete" ? remove(file) : move(file, from, to)).catch(failed(file)));
  }
  return said;
}

async function remove(file: string): Promise<string> {
  await unlink(file);
  return `deleted ${file}`;
}

async function move(file: string, from: string, to: string): Promise<string> {
  const folder = dirname(file);
  if (basename(folder) !== from || basename(to) !== to || to === "..") return `left ${file}: its label is not the name of its folder`;
  const target = join(dirname(folder), to, basename(file));
  await mkdir(dirname(target), { recursive: true });
  await copyFile(file, target, constants.COPYFILE_EXCL); // never over another image
  await unlink(file);
  return `moved ${file} to ${target}`;
}

function failed(file: string): (error: unknown) => string {
  return (error) => `left ${file}: ${error instanceof Error ? error.message : String(error)}`;
}
