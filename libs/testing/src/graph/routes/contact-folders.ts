import { badRequest } from "../http/refusal.js";
import type { Container } from "../mailbox/container.js";
import type { Mailbox } from "../mailbox/mailbox.js";
import { checkBody, type Json } from "../odata/edm.js";
import { shown, viewOf } from "../odata/query.js";
import { contactFolderType } from "../odata/types.js";
import { listed, rowOf } from "../resources/lists.js";
import {
  bodyOf,
  CONTACTS_READ,
  CONTACTS_WRITE,
  created,
  noContent,
  ok,
  type Context,
  type Route,
} from "./route.js";

const WELL_KNOWN = "contacts";

export const folderNamed = (mailbox: Mailbox, id: string): Container =>
  id === WELL_KNOWN
    ? mailbox.defaults.contacts
    : mailbox.container("contacts", id);

const folder = (context: Context): Container =>
  folderNamed(context.mailbox, context.param("folder"));

/** Folders at the top are children of the default one, which itself is not listed. */
const parentOf = (container: Container, mailbox: Mailbox): string =>
  (container.parent ?? mailbox.defaults.contacts).id;

const folderJson = (container: Container, mailbox: Mailbox): Json => ({
  id: container.id,
  parentFolderId: container.isDefault
    ? mailbox.id
    : parentOf(container, mailbox),
  displayName: container.name,
});

const nameIn = (body: Json): string => {
  checkBody(contactFolderType, body);
  const name = body["displayName"];
  if (typeof name !== "string" || name.trim() === "")
    throw badRequest("A folder needs a 'displayName'.");
  return name;
};

const list = (context: Context, parent: Container | undefined) => {
  const { mailbox, operation, preferences, at } = context;
  const rows = [...mailbox.containers.values()]
    .filter(
      (one) =>
        one.kind === "contacts" && !one.isDefault && one.parent === parent,
    )
    .map((one) => rowOf(folderJson(one, mailbox)));
  return ok(
    listed(rows, {
      type: contactFolderType,
      query: operation.query,
      pageSize: preferences.pageSize,
      at,
    }),
  );
};

const add = (context: Context, parent: Container | undefined) => {
  const { mailbox } = context;
  const name = nameIn(bodyOf(context));
  const made = mailbox.addContainer("contacts", name, parent);
  return created(folderJson(made, mailbox));
};

const parent = (context: Context): Container | undefined => {
  const found = folder(context);
  return found.isDefault ? undefined : found;
};

export const contactFolderRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "contactFolders",
    permissions: CONTACTS_READ,
    handle: (context) => list(context, undefined),
  },
  {
    method: "POST",
    path: "contactFolders",
    permissions: CONTACTS_WRITE,
    handle: (context) => add(context, undefined),
  },
  {
    method: "GET",
    path: "contactFolders/:folder/childFolders",
    permissions: CONTACTS_READ,
    handle: (context) => list(context, parent(context)),
  },
  {
    method: "POST",
    path: "contactFolders/:folder/childFolders",
    permissions: CONTACTS_WRITE,
    handle: (context) => add(context, parent(context)),
  },
  {
    method: "GET",
    path: "contactFolders/:folder",
    permissions: CONTACTS_READ,
    handle: (context) => {
      const view = viewOf(contactFolderType, context.operation.query);
      const json = folderJson(folder(context), context.mailbox);
      return ok(shown(json, new Map(), view));
    },
  },
  {
    method: "PATCH",
    path: "contactFolders/:folder",
    permissions: CONTACTS_WRITE,
    handle: (context) => {
      const found = folder(context);
      found.name = nameIn(bodyOf(context));
      return ok(folderJson(found, context.mailbox));
    },
  },
  {
    method: "DELETE",
    path: "contactFolders/:folder",
    permissions: CONTACTS_WRITE,
    handle: (context) => {
      context.mailbox.removeContainer(folder(context));
      return noContent;
    },
  },
];
