import type { Decision, PageImage } from "./state.ts";

/** Values of a card's choice: keep, delete, or the number of a class. */
export function decisionOf(value: string): Decision {
  return value === "keep" || value === "delete" ? { action: value } : { action: "relabel", label: Number(value) };
}

export function valueOf(decision: Decision): string {
  return decision.action === "relabel" ? String(decision.label) : decision.action;
}

/** One image with what the model says of it and what is to become of it. */
export function cardOf(image: PageImage, vocab: readonly string[], choose: (decision: Decision) => void): HTMLElement {
  const card = element("article", "card");
  card.tabIndex = 0;
  card.dataset["index"] = String(image.index);
  card.dataset["decision"] = JSON.stringify(image.decision);
  card.dataset["label"] = String(image.label);
  card.dataset["classes"] = String(vocab.length);
  card.dataset["predicted"] = String(image.predicted ?? "");
  card.append(thumbOf(image), ...linesOf(image, vocab), choiceOf(image, vocab, choose));
  mark(card, image.decision);
  return card;
}

/** Shows a decision on a card. */
export function mark(card: HTMLElement, decision: Decision): void {
  card.classList.toggle("delete", decision.action === "delete");
  card.classList.toggle("relabel", decision.action === "relabel");
  const select = card.querySelector("select");
  if (select !== null) select.value = valueOf(decision);
}

function thumbOf({ index, file, broken }: PageImage): HTMLElement {
  const thumb = element("div", "thumb");
  const fail = (): void => {
    thumb.classList.add("broken");
    thumb.replaceChildren(`This image cannot be read: ${file}`);
  };
  if (broken !== undefined) {
    fail();
    thumb.title = broken;
    return thumb;
  }
  const picture = document.createElement("img");
  picture.loading = "lazy";
  picture.decoding = "async";
  picture.alt = file;
  picture.title = file;
  picture.addEventListener("error", fail);
  picture.src = `thumb/${index}`;
  thumb.append(picture);
  return thumb;
}

function linesOf({ label, predicted, loss, probability }: PageImage, vocab: readonly string[]): HTMLElement[] {
  const name = (id: number): string => vocab[id] ?? "";
  if (predicted === undefined) return [line("said", name(label))];
  const said = predicted === label ? line("said right", name(label)) : line("said wrong", `${name(label)} → ${name(predicted)}?`);
  return [said, line("numbers", `loss ${number(loss)} · probability ${number(probability)}`)];
}

function line(className: string, text: string): HTMLElement {
  const made = element("p", className);
  made.append(text);
  return made;
}

function number(value: number | null | undefined): string {
  return value?.toFixed(2) ?? "–";
}

function choiceOf({ decision, label, index }: PageImage, vocab: readonly string[], choose: (decision: Decision) => void): HTMLElement {
  const select = document.createElement("select");
  select.setAttribute("aria-label", `What becomes of image ${index}`);
  const others = vocab.flatMap((name, id) => (id === label ? [] : [[String(id), name] as const]));
  for (const [value, text] of [["keep", "<Keep>"], ["delete", "<Delete>"], ...others] as const) select.append(new Option(text, value));
  select.value = valueOf(decision);
  select.addEventListener("change", () => choose(decisionOf(select.value)));
  return select;
}

export function element(tag: string, className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}
