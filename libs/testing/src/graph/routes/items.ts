import { NotSimulated, notFound } from "../http/refusal.js";
import type { Container } from "../mailbox/container.js";
import type { Item } from "../mailbox/mailbox.js";
import { shown, viewOf } from "../odata/query.js";
import { checkMatch, etagOf } from "../resources/entity.js";
import type { Kind } from "../resources/kind.js";
import { listed, onlyOptions, rowOf, type Row } from "../resources/lists.js";
import {
  bodyOf,
  created,
  noContent,
  ok,
  type Context,
  type Route,
} from "./route.js";

export interface ItemRoutes {
  readonly kind: Kind;
  /** "contactFolders/:folder/contacts" */
  readonly path: string;
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Whose items are listed, and where new ones go. Absent: no such address. */
  readonly container: (context: Context) => Container;
  /** Items are found wherever they are, or only in the container. */
  readonly anywhere: boolean;
  /** What an id names that is no item of its own: an occurrence. Read only. */
  readonly virtual?: (context: Context) => Row | undefined;
}

/** Listing, creating, reading, changing and deleting the items of a container. */
export function itemRoutes(rooms: ItemRoutes): readonly Route[] {
  const { kind, path, read, write, container, anywhere } = rooms;
  const item = (context: Context): Item => {
    if (rooms.virtual?.(context) !== undefined)
      throw new NotSimulated("changing one occurrence of a series");
    const found = context.mailbox.item(
      kind.kind,
      context.param("item"),
      context.scope.immutableIds,
    );
    if (!anywhere && found.container !== container(context)) throw notFound();
    return found;
  };
  return [
    {
      method: "GET",
      path,
      permissions: read,
      handle: (context) => {
        const { operation, mailbox, scope, preferences, at } = context;
        const rows = mailbox
          .inside(container(context))
          .map((one) => rowOf(kind.json(one, scope), one.extended));
        return ok(
          listed(rows, {
            type: kind.type,
            query: operation.query,
            notFiltered: kind.notFiltered,
            pageSize: preferences.pageSize,
            at,
          }),
        );
      },
    },
    {
      method: "POST",
      path,
      permissions: write,
      handle: (context) => {
        const { mailbox, scope, at } = context;
        onlyOptions(context.operation.query, []);
        const made = kind.add(
          mailbox,
          container(context),
          bodyOf(context),
          scope,
        );
        const json = kind.json(made, scope);
        return {
          ...created(json),
          headers: {
            location: `${at}/${String(json["id"])}`,
            etag: etagOf(made),
          },
        };
      },
    },
    {
      method: "GET",
      path: `${path}/:item`,
      permissions: read,
      handle: (context) => {
        const { operation, scope } = context;
        onlyOptions(operation.query, ["$select", "$expand"]);
        const view = viewOf(kind.type, operation.query);
        const virtual = rooms.virtual?.(context);
        if (virtual !== undefined)
          return ok(shown(virtual.entity, virtual.extended, view));
        const found = item(context);
        return ok(shown(kind.json(found, scope), found.extended, view));
      },
    },
    {
      method: "PATCH",
      path: `${path}/:item`,
      permissions: write,
      handle: (context) => {
        const { mailbox, operation, scope } = context;
        onlyOptions(operation.query, []);
        const found = item(context);
        checkMatch(found, operation.headers["if-match"]);
        kind.change(mailbox, found, bodyOf(context), scope);
        return ok(kind.json(found, scope));
      },
    },
    {
      method: "DELETE",
      path: `${path}/:item`,
      permissions: write,
      handle: (context) => {
        const found = item(context);
        checkMatch(found, context.operation.headers["if-match"]);
        kind.remove(context.mailbox, found);
        return noContent;
      },
    },
  ];
}
