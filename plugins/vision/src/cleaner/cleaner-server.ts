import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isFastapError } from "@fastap/kernel";
import { E_CLEANER_PORT } from "./errors.ts";
import { json, route, type Answer } from "./routes.ts";
import type { Session } from "./session.ts";

const LOOPBACK = "127.0.0.1";
const BODY_LIMIT = 4096;
/** Milliseconds. */
const GRACE = 500;

const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
};

export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a session on the loopback of this machine, below a secret that is new each time. @throws E_CLEANER_PORT */
export async function serve(session: Session, port: number): Promise<ServedPage> {
  const secret = randomBytes(18).toString("base64url"); // not of the host's seed: nobody may foretell it
  const server = createServer(
    (request, response) => void answer(session, { request, secret, at: portOf(server) }).then((given) => send(response, given)),
  );
  await listen(server, port);
  return {
    url: `http://${LOOPBACK}:${portOf(server)}/${secret}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), GRACE).unref(); // what is being answered is answered
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const problem = error.code === "EADDRINUSE" ? "another program has the port" : error.message;
      reject(E_CLEANER_PORT({ port, problem }, error));
    });
    server.listen(port, LOOPBACK, resolve);
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

interface Received {
  readonly request: IncomingMessage;
  readonly secret: string;
  readonly at: number;
}

const NOT_FOUND: Answer = {
  status: 404,
  type: "text/plain; charset=utf-8",
  body: "There is nothing here. Use the whole address that fastap clean printed.\n",
};

/** Never rejects. A wrong secret looks like a page that does not exist, and a wrong host name is one that was made to point here. */
async function answer(session: Session, { request, secret, at }: Received): Promise<Answer> {
  try {
    const { method = "", url = "/" } = request;
    const { pathname, searchParams: query } = new URL(url, `http://${LOOPBACK}`);
    const [, given = "", ...rest] = pathname.split("/");
    if (!isOwn(request, at) || !same(given, secret)) return NOT_FOUND;
    const body = method === "POST" ? await bodyOf(request) : undefined;
    return (await route(session, { method, path: rest.join("/"), query, body })) ?? NOT_FOUND;
  } catch (error) {
    return failure(error);
  }
}

/** Sent to this machine by its name, and by no other page. */
function isOwn({ headers: { host = "", origin } }: IncomingMessage, port: number): boolean {
  const own = [`${LOOPBACK}:${port}`, `localhost:${port}`];
  return own.includes(host) && (origin === undefined || own.includes(origin.replace("http://", "")));
}

/** Takes as long for any wrong secret. */
function same(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_LIMIT) throw new RangeError("the request is too long");
  }
  return text === "" ? undefined : JSON.parse(text);
}

function failure(error: unknown): Answer {
  const problem = error instanceof Error ? error.message : String(error);
  const isHere = isFastapError(error) && error.code === "E_CLEANER_CSV";
  return json({ problem }, isHere ? 500 : 400);
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  const caching = type === "image/jpeg" ? { "Cache-Control": "private, max-age=3600" } : {};
  response.writeHead(status, { ...HEADERS, ...caching, "Content-Type": type }).end(body);
}
