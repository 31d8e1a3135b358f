import {
  Inject,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from "@nestjs/common";
import { Reflector } from "@nestjs/core";
import type { z } from "zod";
import { IssuerAway } from "../sign-in/issuer-away.js";
import type { SignedIn } from "../sign-in/signed-in.js";
import type { EndpointSpec } from "./endpoint-spec.js";
import { fieldErrors, invalid } from "./field-errors.js";
import { languageOf } from "./language.js";
import {
  calls,
  ENDPOINT,
  headerOf,
  REST,
  type HttpReply,
  type HttpRequest,
  type RestParts,
} from "./parts.js";
import { notFound, Problem } from "./problem.js";
import {
  badToken,
  missingRights,
  notAUser,
  notTheHoster,
  noToken,
  unreadable,
  versionMissing,
  versionMoved,
} from "./refusals.js";

const BEARER = /^Bearer +([^\s]+)$/i;
const ETAG = /^"([1-9]\d{0,17})"$/;

/** First who, then what they may, then what they sent: whoever may nothing learns nothing of the rest. */
@Injectable()
export class RestGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(REST) private readonly rest: RestParts,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const spec = this.reflector.get<EndpointSpec>(
      ENDPOINT,
      context.getHandler(),
    );
    const http = context.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    http.getResponse<HttpReply>().header("cache-control", "no-store");
    const signedIn =
      spec.who === "open" ? undefined : await this.#signedIn(request);
    await this.#allowed(spec, signedIn);
    const params = parsed(spec.params, request.params, notFound);
    const query = parsed(spec.query, request.query, unreadable);
    const version = spec.version === "needed" ? versionOf(request) : undefined;
    const body = parsed(spec.body, request.body ?? undefined, (error) =>
      invalid(fieldErrors(error)),
    );
    const language = languageOf(headerOf(request, "accept-language"));
    calls.set(request, {
      ...{ signedIn, language, params, query, body, version },
      stillAllowed: () => this.#stillAllowed(spec, request),
    });
    return true;
  }

  /** The token too: it may have run out. Who cannot be asked for now allows nothing. */
  async #stillAllowed(
    spec: EndpointSpec,
    request: HttpRequest,
  ): Promise<boolean> {
    try {
      await this.#allowed(spec, await this.#signedIn(request));
      return true;
    } catch (error) {
      if (error instanceof Problem || error instanceof IssuerAway) return false;
      throw error;
    }
  }

  async #signedIn(request: HttpRequest): Promise<SignedIn> {
    const [, token] =
      BEARER.exec(headerOf(request, "authorization") ?? "") ?? [];
    if (token === undefined) throw noToken();
    const signedIn = await this.rest.verifier.verify(token);
    if (signedIn === undefined) throw badToken();
    return signedIn;
  }

  async #allowed(
    { who }: EndpointSpec,
    signedIn: SignedIn | undefined,
  ): Promise<void> {
    if (who === "open" || who === "signed-in") return;
    if (who === "hoster") {
      if (signedIn?.hoster !== true) throw notTheHoster();
      return;
    }
    const rights =
      signedIn?.person && (await this.rest.rightsOf(signedIn.person));
    if (rights === undefined) throw notAUser();
    const missing = who.filter((right) => !rights.has(right));
    if (missing.length > 0)
      throw missingRights(missing, (code) => this.rest.rightName(code));
  }
}

const parsed = (
  schema: z.ZodType | undefined,
  value: unknown,
  problem: (error: z.ZodError) => Problem,
): unknown => {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw problem(result.error);
  return result.data;
};

/** RFC 9110 13.1.1: what was read must still stand there; RFC 6585 3 asks for it. */
const versionOf = (request: HttpRequest): bigint => {
  const named = headerOf(request, "if-match");
  if (named === undefined) throw versionMissing();
  const [, version] = ETAG.exec(named) ?? [];
  if (version === undefined) throw versionMoved();
  return BigInt(version);
};
