import { resolve } from "node:path";
import { isFastapError } from "@fastap/kernel";
import type { Cleaner, CleaningPage, CleanOptions, Host } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";
import { serve } from "./cleaner-server.ts";
import { E_CLEANER_DATA } from "./errors.ts";
import { checkExportedVocab } from "./exported-vocab.ts";
import { ReviewedCsv } from "./reviewed-csv.ts";
import { Review } from "./review.ts";
import { scoreImages } from "./score-images.ts";
import { Session } from "./session.ts";

/** Reviews the labels of a Learner's images on a page. The page closes at the end of the review and with the host. @throws E_CLEANER_DATA, E_CLEANER_VOCAB, E_CLEANER_CSV, E_CLEANER_PORT */
export async function cleanImages(learner: Learner, options: Omit<CleanOptions, "model" | "bs" | "maxRows"> = {}): Promise<CleaningPage> {
  const { out = "reviewed.csv", port = 0, apply = false } = options;
  const images = [...(await scoreImages(learner, "train")), ...(await scoreImages(learner, "valid"))];
  if (images.length === 0) throw E_CLEANER_DATA({ problem: "they have no images", expected: "at least one", received: "none" });
  const review = new Review(images, learner.dls.vocab ?? []);
  const root = resolve(learner.host.config.root ?? ".");
  const csv = new ReviewedCsv(out, root);
  await csv.restore(review);
  await csv.write(review); // now, and not after an hour of decisions, it is found out whether it can be
  const session = new Session({ review, csv, root, apply });
  const page = await serve(session, port);
  const close = (): Promise<void> => page.close();
  learner.host.hooks.shutdown.tapPromise("vision/cleaner", close);
  const done = session.done.finally(() => void close());
  const broken = images.filter((image) => image.broken !== undefined).length;
  return { url: page.url, images: images.length, broken, done, close };
}

/** The cleaner of the config's task, for the command line. */
export function taskCleaner(host: Host): Cleaner {
  return {
    async open({ model, bs, maxRows, ...options }) {
      const sizes = { ...(bs === undefined ? {} : { bs }), ...(maxRows === undefined ? {} : { maxRows }) };
      const file = resolve(host.config.root ?? ".", model);
      const learner = await host
        .resolve("taskLearner")
        .load({ model, ...sizes })
        .catch(async (error: unknown) => refuse(host, file, error));
      try {
        await checkExportedVocab(file, learner.dls.vocab ?? []);
        return await cleanImages(learner, options);
      } finally {
        learner.dispose(); // losses and predictions are computed once
      }
    },
  };
}

/** Where a model cannot be loaded, other classes are the likeliest reason, and their names say more than sizes of weights. */
async function refuse(host: Host, file: string, error: unknown): Promise<never> {
  const data = host.config.task?.data;
  if (!isFastapError(error) || error.code !== "E_LEARNER_FILE" || data === undefined) throw error;
  const { vocab = [] } = await host.registry("datasets").make(data);
  await checkExportedVocab(file, vocab).catch((reason: unknown) => {
    throw isFastapError(reason) && reason.code === "E_CLEANER_VOCAB" ? reason : error;
  });
  throw error;
}
