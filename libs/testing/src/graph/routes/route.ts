import { badRequest, bodyRefused } from "../http/refusal.js";
import type { Answer, Operation, Preferences } from "../http/message.js";
import type { Mailbox } from "../mailbox/mailbox.js";
import { isObject, type Json } from "../odata/edm.js";
import type { Scope } from "../resources/entity.js";
import type { Caller } from "../sign-in/tokens.js";

/** One request, with what it is about. */
export interface Context {
  readonly operation: Operation;
  readonly preferences: Preferences;
  readonly caller: Caller;
  readonly mailbox: Mailbox;
  readonly scope: Scope;
  /** Absolute address of what was asked for, without a query. */
  readonly at: string;
  readonly param: (name: string) => string;
}

export interface Route {
  readonly method: string;
  /** Below the mailbox: "contactFolders/:folder/contacts". */
  readonly path: string;
  /** Any one of them; the same names for applications and users. */
  readonly permissions: readonly string[];
  readonly handle: (context: Context) => Answer;
}

export const CONTACTS_READ = ["Contacts.Read", "Contacts.ReadWrite"];
export const CONTACTS_WRITE = ["Contacts.ReadWrite"];
export const CALENDARS_READ = ["Calendars.Read", "Calendars.ReadWrite"];
export const CALENDARS_WRITE = ["Calendars.ReadWrite"];

export const ok = (body: unknown): Answer => ({
  status: 200,
  headers: {},
  body,
});

export const created = (body: unknown): Answer => ({
  status: 201,
  headers: {},
  body,
});

export const noContent: Answer = { status: 204, headers: {} };

export function bodyOf({ operation }: Context): Json {
  const { body } = operation;
  if (body === undefined)
    throw badRequest("Empty Payload. JSON content expected.");
  if (!isObject(body)) throw bodyRefused("A 'StartObject' node was expected.");
  return body;
}

interface Compiled {
  readonly route: Route;
  readonly segments: readonly string[];
}

/** Fixed names before parameters: "contacts/delta" is no contact. */
const weight = ({ segments }: Compiled): number =>
  segments.filter((segment) => segment.startsWith(":")).length;

export class Routes {
  readonly #compiled: readonly Compiled[];

  constructor(routes: readonly Route[]) {
    this.#compiled = routes
      .map((route) => ({ route, segments: route.path.split("/") }))
      .toSorted((a, b) => weight(a) - weight(b));
  }

  /** @param path below the mailbox */
  find(
    method: string,
    path: readonly string[],
  ): { route: Route; params: ReadonlyMap<string, string> } | undefined {
    for (const { route, segments } of this.#compiled) {
      if (route.method !== method || segments.length !== path.length) continue;
      const params = new Map<string, string>();
      const fits = segments.every((segment, index) => {
        const part = path[index] ?? "";
        if (!segment.startsWith(":")) return segment === part;
        params.set(segment.slice(1), part);
        return true;
      });
      if (fits) return { route, params };
    }
    return undefined;
  }

  knows(path: readonly string[]): boolean {
    return ["GET", "POST", "PATCH", "DELETE"].some(
      (method) => this.find(method, path) !== undefined,
    );
  }
}
