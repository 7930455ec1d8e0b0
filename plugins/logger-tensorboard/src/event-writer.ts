import { appendFile, mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { E_LOGGER_TENSORBOARD_FILE } from "./errors.ts";
import { histogram } from "./histogram.ts";
import { Message } from "./message.ts";
import { encodePng, type Picture } from "./png.ts";
import { tfRecord } from "./tf-record.ts";

/** Field numbers of TensorFlow's event.proto and summary.proto. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, graph: 4, summary: 5 } as const;
const VALUE = { tag: 1, simple: 2, image: 4, histogram: 5, tensor: 8, metadata: 9 } as const;
const DT_FLOAT = 1;
const DT_STRING = 7;

/** Appends to one event file, which TensorBoard may read meanwhile. Events are kept until `flush`. */
export class EventWriter {
  readonly file: string;
  readonly #now: () => number;
  #pending: Uint8Array[] = [];

  /** `now`: seconds since 1970. */
  constructor(logDir: string, now: () => number = () => Date.now() / 1000) {
    const started = now();
    const time = String(Math.floor(started)).padStart(10, "0");
    this.file = join(logDir, `events.out.tfevents.${time}.${hostname()}.${process.pid}.${Math.floor((started % 1) * 1e6)}`);
    this.#now = now;
    this.#event((event) => event.text(EVENT.fileVersion, "brain.Event:2"));
  }

  scalar(tag: string, value: number, step: number): void {
    this.#value(tag, step, (message) => message.float(VALUE.simple, value));
  }

  image(tag: string, picture: Picture, step: number): void {
    const { width, height, channels } = picture;
    const image = new Message().int(1, height).int(2, width).int(3, channels).bytes(4, encodePng(picture));
    this.#value(tag, step, (message) => message.message(VALUE.image, image));
  }

  histogram(tag: string, values: ArrayLike<number>, step: number): void {
    this.#value(tag, step, (message) => message.message(VALUE.histogram, histogram(values)));
  }

  /** Markdown. */
  text(tag: string, text: string, step: number): void {
    const shape = new Message().message(2, new Message().int(1, 1));
    const tensor = new Message().int(1, DT_STRING).message(2, shape).text(8, text);
    const metadata = new Message().message(1, new Message().text(1, "text"));
    this.#value(tag, step, (message) => message.message(VALUE.tensor, tensor).message(VALUE.metadata, metadata));
  }

  /** What a plugin of TensorBoard keeps beside a tag that has no value of its own. */
  plugin(tag: string, plugin: string, content: Message): void {
    const metadata = new Message().message(1, new Message().text(1, plugin).message(2, content));
    const nothing = new Message().int(1, DT_FLOAT).message(2, new Message());
    this.#value(tag, 0, (message) => message.message(VALUE.tensor, nothing).message(VALUE.metadata, metadata));
  }

  /** A GraphDef. */
  graph(graph: Message): void {
    this.#event((event) => event.bytes(EVENT.graph, graph.encode()));
  }

  /** @throws E_LOGGER_TENSORBOARD_FILE; then nothing is lost, and the next call tries again. */
  async flush(): Promise<void> {
    const pending = this.#pending;
    if (pending.length === 0) return;
    try {
      await mkdir(dirname(this.file), { recursive: true });
      await appendFile(this.file, Buffer.concat(pending));
    } catch (error) {
      throw E_LOGGER_TENSORBOARD_FILE({ file: this.file, problem: error instanceof Error ? error.message : String(error) }, error);
    }
    this.#pending = this.#pending.slice(pending.length);
  }

  #value(tag: string, step: number, fill: (message: Message) => Message): void {
    const value = fill(new Message().text(VALUE.tag, tag));
    this.#event((event) => event.int(EVENT.step, step).message(EVENT.summary, new Message().message(1, value)));
  }

  #event(fill: (event: Message) => Message): void {
    this.#pending.push(tfRecord(fill(new Message().double(EVENT.wallTime, this.#now())).encode()));
  }
}
