import type { GraphClock } from "./clock.js";
import { Faults } from "./faults.js";
import {
  preferencesOf,
  targetOf,
  type Answer,
  type Operation,
} from "./http/message.js";
import { accessDenied, badRequest, Refusal } from "./http/refusal.js";
import { Throttle, type Limits } from "./limits.js";
import type { Mailbox } from "./mailbox/mailbox.js";
import { RequestLog } from "./request-log.js";
import { contactRoutes } from "./routes/contacts.js";
import { eventRoutes } from "./routes/events.js";
import { mailboxRoutes } from "./routes/mailbox.js";
import { notSimulatedRoutes } from "./routes/not-simulated.js";
import {
  CALENDARS_READ,
  CONTACTS_READ,
  Routes,
  type Context,
} from "./routes/route.js";
import type { Tenant } from "./sign-in/directory.js";
import { subscriptionAnswer } from "./subscriptions/routes.js";
import { watched } from "./subscriptions/subscription.js";
import type { Subscriptions } from "./subscriptions/subscriptions.js";
import type { AccessTokens, Caller } from "./sign-in/tokens.js";

export interface ServiceOptions {
  readonly clock: GraphClock;
  readonly limits: Limits;
  readonly tokens: AccessTokens;
  readonly tenants: ReadonlyMap<string, Tenant>;
  readonly subscriptions: Subscriptions;
  /** "http://127.0.0.1:…/v1.0" */
  readonly url: string;
}

/** Graph itself, without its transport: one operation in, one answer out. */
export class GraphService {
  readonly log = new RequestLog();
  readonly faults = new Faults();
  /** ms from an operation to its answer. */
  latency = 0;
  readonly #throttles = new Map<string, Throttle>();
  readonly #routes = new Routes([
    ...contactRoutes,
    ...eventRoutes,
    ...mailboxRoutes,
    ...notSimulatedRoutes,
  ]);

  constructor(readonly options: ServiceOptions) {}

  throttle(app: string, mailbox: Mailbox): Throttle {
    const key = `${app}:${mailbox.id}`;
    const { limits, clock } = this.options;
    const found = this.#throttles.get(key) ?? new Throttle(limits, clock);
    this.#throttles.set(key, found);
    return found;
  }

  /** What Graph refuses is an answer too. */
  async answer(operation: Operation): Promise<Answer> {
    try {
      return await this.#carryOut(operation);
    } catch (error) {
      if (error instanceof Refusal) return refusalAnswer(error, this.options);
      throw error;
    }
  }

  async #carryOut(operation: Operation): Promise<Answer> {
    const { tokens } = this.options;
    const caller = await tokens.caller(operation.headers["authorization"]);
    if (operation.path[0] === "subscriptions")
      return this.#subscription(operation, caller);
    const { owner, rest } = this.#owner(operation, caller);
    const found = this.#routes.find(operation.method, rest);
    if (found === undefined)
      throw this.#routes.knows(rest)
        ? new Refusal(
            405,
            "BadRequest",
            "Specified HTTP method is not allowed for the request target.",
          )
        : badRequest(
            `Resource not found for the segment '${(rest.at(-1) ?? "").slice(0, 100)}'.`,
          );
    const mailbox = this.#mailbox(owner, caller, found.route.permissions);
    const leave = this.throttle(caller.app, mailbox).enter(operation.bytes);
    try {
      const answer = found.route.handle(
        this.#context(operation, caller, mailbox, found.params),
      );
      if (this.latency > 0) await this.options.clock.sleep(this.latency);
      return answer;
    } finally {
      leave();
    }
  }

  async #subscription(operation: Operation, caller: Caller): Promise<Answer> {
    const answer = await subscriptionAnswer(
      operation,
      caller,
      this.options.subscriptions,
      (resource) =>
        watched(
          resource,
          (owner, kind) =>
            this.#mailbox(
              owner,
              caller,
              kind === "events" ? CALENDARS_READ : CONTACTS_READ,
            ),
          caller,
        ),
    );
    if (this.latency > 0) await this.options.clock.sleep(this.latency);
    return answer;
  }

  #owner(operation: Operation, caller: Caller) {
    const [first, second, ...others] = operation.path;
    if (first === "me") {
      if (caller.user === undefined)
        throw badRequest(
          "/me request is only valid with delegated authentication flow.",
        );
      return { owner: caller.user, rest: operation.path.slice(1) };
    }
    if (first === "users" && second !== undefined)
      return { owner: second, rest: others };
    throw badRequest(
      `Resource not found for the segment '${(first ?? "").slice(0, 100)}'.`,
    );
  }

  /** A mailbox that this caller may use for this. */
  #mailbox(
    owner: string,
    caller: Caller,
    permissions: readonly string[],
  ): Mailbox {
    const tenant = this.options.tenants.get(caller.tenant);
    const mailbox = tenant?.mailbox(owner);
    const held = caller.user === undefined ? caller.roles : caller.scopes;
    if (!permissions.some((one) => held.includes(one))) throw accessDenied();
    if (mailbox === undefined)
      throw new Refusal(
        404,
        "ErrorInvalidUser",
        `The requested user '${owner.slice(0, 200)}' is invalid.`,
      );
    const allowed = tenant?.apps.get(caller.app)?.mailboxes;
    const own = caller.user?.toLowerCase() === mailbox.address.toLowerCase();
    const reachable =
      caller.user === undefined
        ? (allowed?.some(
            (one) => one.toLowerCase() === mailbox.address.toLowerCase(),
          ) ?? true)
        : own;
    if (!reachable) throw accessDenied();
    if (!mailbox.licensed)
      throw new Refusal(
        404,
        "MailboxNotEnabledForRESTAPI",
        "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
      );
    return mailbox;
  }

  #context(
    operation: Operation,
    caller: Caller,
    mailbox: Mailbox,
    params: ReadonlyMap<string, string>,
  ): Context {
    const preferences = preferencesOf(operation);
    const path = operation.path.map(encodeURIComponent).join("/");
    return {
      ...{ operation, preferences, caller, mailbox },
      scope: {
        mailbox,
        immutableIds: preferences.immutableIds,
        timeZone: preferences.timeZone ?? "UTC",
        textBodies: preferences.textBodies,
      },
      at: `${this.options.url}/${path.replaceAll("%40", "@")}`,
      param: (name) => params.get(name) ?? "",
    };
  }
}

let requests = 0;

/** Graph's form of an error. */
export function refusalAnswer(
  { status, code, message, headers }: Refusal,
  { clock }: Pick<ServiceOptions, "clock">,
): Answer {
  requests += 1;
  const id = `00000000-0000-4000-8000-${`${requests}`.padStart(12, "0")}`;
  const innerError = {
    date: new Date(clock.epoch()).toISOString().slice(0, 19),
    "request-id": id,
    "client-request-id": id,
  };
  return { status, headers, body: { error: { code, message, innerError } } };
}

/** @param at path and query, after the version */
export function operationOf(
  asked: Omit<Operation, "path" | "query">,
  at: string,
): Operation {
  return { ...asked, ...targetOf(at) };
}
