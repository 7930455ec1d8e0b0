import { cardOf, element, mark } from "./card.ts";
import { listenForKeys } from "./keys.ts";
import type { Counts, Decision, ImagePage, Overview, Summary } from "./state.ts";

const SIZE = 60;

const byId = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found as T;
};
const classes = byId<HTMLSelectElement>("class");
const split = byId<HTMLSelectElement>("split");
const grid = byId("grid");
const problem = byId("problem");
let overview: Overview;
let offset = 0;
let total = 0;
/** Of the newest request, so that a late answer of an older one is dropped. */
let turn = 0;

async function ask<T>(path: string, body?: unknown): Promise<T> {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, options).catch(() => {
    throw new Error("fastap clean has ended, or this page lost it. What was decided before is in the CSV.");
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(String(Object(answer).problem));
  return answer as T;
}

function say(error: unknown): void {
  problem.textContent = error instanceof Error ? error.message : String(error);
  problem.hidden = false;
}

function showCounts({ deleted, relabelled }: Counts): void {
  byId("counts").textContent = `${deleted} to delete · ${relabelled} to relabel`;
}

function showClasses(): void {
  const chosen = classes.value;
  const sizes = split.value === "valid" ? overview.sizes.valid : overview.sizes.train;
  const all = sizes.reduce((sum, size) => sum + size, 0);
  classes.replaceChildren(
    new Option(`All (${all})`, ""),
    ...overview.vocab.map((name, id) => new Option(`${name} (${sizes[id] ?? 0})`, String(id))),
  );
  classes.value = chosen;
}

/** Where one is, so that a reload comes back there. */
function remember(): void {
  const place = new URLSearchParams({ split: split.value, label: classes.value, offset: String(offset) });
  history.replaceState(null, "", `#${place}`);
}

function recall(): void {
  const place = new URLSearchParams(location.hash.slice(1));
  split.value = place.get("split") ?? "train";
  showClasses();
  classes.value = place.get("label") ?? "0";
  offset = Number(place.get("offset") ?? 0);
}

async function show(): Promise<void> {
  const mine = ++turn;
  const query = new URLSearchParams({ split: split.value, label: classes.value, offset: String(offset), limit: String(SIZE) });
  const page = await ask<ImagePage>(`api/images?${query}`);
  if (mine !== turn) return;
  total = page.total;
  grid.replaceChildren(
    ...page.images.map((image) => {
      const card: HTMLElement = cardOf(image, overview.vocab, (decision) => void decide(card, decision));
      return card;
    }),
  );
  if (page.images.length === 0) {
    const empty = element("p", "empty");
    empty.append("There are no images of this class here.");
    grid.append(empty);
  }
  byId("place").textContent = total === 0 ? "" : `${offset + 1}–${offset + page.images.length} of ${total}`;
  byId<HTMLButtonElement>("previous").disabled = offset === 0;
  byId<HTMLButtonElement>("next").disabled = offset + SIZE >= total;
  remember();
}

async function decide(card: HTMLElement, decision: Decision): Promise<void> {
  const before: Decision = JSON.parse(card.dataset["decision"] ?? '{"action":"keep"}');
  mark(card, decision);
  try {
    showCounts(await ask<Counts>("api/decide", { index: Number(card.dataset["index"]), ...decision }));
    card.dataset["decision"] = JSON.stringify(decision);
    problem.hidden = true;
  } catch (error) {
    mark(card, before);
    say(error);
  }
}

function go(to: number): void {
  if (to < 0 || (to >= total && to > 0)) return;
  offset = to;
  void show().then(() => scrollTo({ top: 0 }), say);
}

async function finish(): Promise<void> {
  const { images, deleted, relabelled, file, applied } = await ask<Summary>("api/done", {});
  byId("summary").textContent = [`${images} images: ${deleted} to delete, ${relabelled} to relabel. Written to ${file}.`, ...applied].join(
    " ",
  );
  byId<HTMLDialogElement>("end").showModal();
}

async function start(): Promise<void> {
  overview = await ask<Overview>("api/review");
  showCounts(overview.counts);
  byId("file").textContent =
    `Every decision is written to ${overview.file} at once. ${overview.apply ? "Done deletes and moves the image files." : "Image files are not touched."}`;
  recall();
  await show();
}

classes.addEventListener("change", () => go(0));
split.addEventListener("change", () => {
  showClasses();
  go(0);
});
byId("previous").addEventListener("click", () => go(Math.max(0, offset - SIZE)));
byId("next").addEventListener("click", () => go(offset + SIZE));
byId("done").addEventListener("click", () => void finish().catch(say));
listenForKeys(grid, {
  decide: (card, decision) => void decide(card, decision),
  turn: (by) => go(offset + by * SIZE),
});
void start().catch(say);
