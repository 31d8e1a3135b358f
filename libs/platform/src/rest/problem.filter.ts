import {
  Catch,
  HttpException,
  type ArgumentsHost,
  type ExceptionFilter,
} from "@nestjs/common";
import { BaseExceptionFilter } from "@nestjs/core";
import { logger } from "../logging/logger.js";
import { IssuerAway } from "../sign-in/issuer-away.js";
import { languageOf } from "./language.js";
import { headerOf, type HttpReply, type HttpRequest } from "./parts.js";
import { notFound, Problem } from "./problem.js";
import { unreadable } from "./refusals.js";

const log = logger("rest");

/** Tells failures below /api as RFC 9457 does, in the caller's language; elsewhere Nest does. */
@Catch()
export class ProblemFilter
  extends BaseExceptionFilter
  implements ExceptionFilter
{
  override catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    if (!request.url.startsWith("/api/"))
      return void super.catch.call(this, error, host);
    const problem = problemOf(error);
    if (problem.status >= 500)
      log.error({ err: problem.parts.cause ?? error }, "a request failed");
    const reply = http.getResponse<HttpReply>();
    const language = languageOf(headerOf(request, "accept-language"));
    for (const [name, value] of Object.entries(problem.parts.headers ?? {}))
      reply.header(name, value);
    reply
      .status(problem.status)
      .header("content-type", "application/problem+json; charset=utf-8")
      .header("content-language", language)
      .header("vary", "accept-language")
      .header("cache-control", "no-store")
      .send(JSON.stringify(problem.in(language)));
  }
}

const problemOf = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  if (error instanceof IssuerAway)
    return new Problem("issuer-away", {
      cause: error,
      detail: {
        de: "Die Anmeldung lässt sich gerade nicht prüfen. Bitte versuchen Sie es gleich noch einmal.",
        en: "Who you are cannot be checked just now. Please try again in a moment.",
      },
    });
  switch (statusOf(error)) {
    case 400:
      return unreadable();
    case 404:
      return notFound();
    case 413:
      return new Problem("too-large", {
        detail: {
          de: "Die Anfrage ist zu groß.",
          en: "The request is too large.",
        },
      });
    case 415:
      return new Problem("wrong-media-type", {
        detail: {
          de: "Hier wird JSON erwartet.",
          en: "JSON is expected here.",
        },
      });
    default:
      return new Problem("internal", {
        cause: error,
        detail: {
          de: "Im Dienst ist ein Fehler aufgetreten; er steht in dessen Protokoll.",
          en: "The service has made a mistake; it stands in its log.",
        },
      });
  }
};

/** Nest's own errors, and Fastify's of bodies that it could not read. */
const statusOf = (error: unknown): number | undefined => {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof Error &&
    "statusCode" in error &&
    typeof error.statusCode === "number"
    ? error.statusCode
    : undefined;
};
