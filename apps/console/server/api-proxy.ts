import { logger, type HttpServer } from "@ams-sync/platform";
import { languageOf } from "@ams-sync/platform/rest";
import httpProxy, { type FastifyHttpProxyOptions } from "@fastify/http-proxy";
import type { ConsoleConfig } from "./config.js";

/** Each service serves what it owns; the page sees one origin. */
export async function handOn(
  server: HttpServer,
  {
    SETTINGS_URL,
    STATE_URL,
  }: Pick<ConsoleConfig, "SETTINGS_URL" | "STATE_URL">,
): Promise<void> {
  for (const [prefix, upstream] of [
    ["/api/v1/settings", SETTINGS_URL],
    ["/api/v1/state", STATE_URL],
  ] as const)
    await server.register(httpProxy, {
      upstream,
      prefix,
      rewritePrefix: prefix,
      undici: {
        // A stream of progress is silent for as long as nothing happens.
        bodyTimeout: 0,
        headersTimeout: 60_000,
      },
      replyOptions: { onError },
    });
}

const log = logger("console");

const AWAY = {
  de: {
    title: "Dienst nicht erreichbar",
    detail:
      "Der Dienst ist gerade nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.",
  },
  en: {
    title: "Service unavailable",
    detail: "The service cannot be reached just now. Please try again soon.",
  },
} as const;

/** RFC 9457, as the services themselves say what is wrong. */
const onError: NonNullable<
  NonNullable<FastifyHttpProxyOptions["replyOptions"]>["onError"]
> = (reply, { error }) => {
  log.warn({ err: error }, "a service cannot be reached");
  const language = languageOf(reply.request.headers["accept-language"]);
  void reply
    .code(503)
    .type("application/problem+json")
    .send({
      type: "urn:ams-sync:problem:service-away",
      status: 503,
      ...AWAY[language],
    });
};
