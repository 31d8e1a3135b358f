import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HttpServer } from "@ams-sync/platform";
import fastifyStatic from "@fastify/static";
import type { ConsoleConfig } from "./config.js";
import { PAGE_HEADERS, pagePolicy } from "./policy.js";

const NONCE = "__CSP_NONCE__";

/** The one page, as the build left it. */
export async function readPage(folder: string): Promise<string> {
  const page = await readFile(join(folder, "index.html"), "utf8");
  if (!page.includes(NONCE))
    throw new Error(`${folder}/index.html has no place for a nonce.`);
  return page;
}

export interface Files {
  readonly folder: string;
  readonly page: string;
  readonly config: Pick<ConsoleConfig, "SIGN_IN_ISSUER" | "SIGN_IN_ORIGINS">;
}

export async function serveFiles(
  server: HttpServer,
  { folder, page, config }: Files,
): Promise<void> {
  await server.register(fastifyStatic, {
    root: join(folder, "assets"),
    prefix: "/assets/",
    index: false,
    // Their names change with what is in them.
    immutable: true,
    maxAge: "365d",
    preCompressed: true,
  });
  server.get("/*", (request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    // What looks like a file or an API is none of the page's places.
    if (/^\/api\/|\.\w+$/.test(path)) return reply.callNotFound();
    const nonce = randomBytes(18).toString("base64url");
    return reply
      .headers({
        ...PAGE_HEADERS,
        "content-security-policy": pagePolicy(config, nonce),
        // A new build is seen at the next visit.
        "cache-control": "no-cache",
      })
      .type("text/html; charset=utf-8")
      .send(page.replaceAll(NONCE, nonce));
  });
}
