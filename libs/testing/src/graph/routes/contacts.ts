import type { Container } from "../mailbox/container.js";
import { contactDelta } from "../resources/delta.js";
import { contactKind } from "../resources/kind.js";
import { contactFolderRoutes, folderNamed } from "./contact-folders.js";
import { itemRoutes } from "./items.js";
import {
  CONTACTS_READ,
  CONTACTS_WRITE,
  ok,
  type Context,
  type Route,
} from "./route.js";

const inFolder = (context: Context): Container =>
  folderNamed(context.mailbox, context.param("folder"));

const inDefault = (context: Context): Container =>
  context.mailbox.defaults.contacts;

const PLACES = [
  { path: "contacts", container: inDefault, anywhere: true },
  {
    path: "contactFolders/:folder/contacts",
    container: inFolder,
    anywhere: false,
  },
];

export const contactRoutes: readonly Route[] = [
  ...contactFolderRoutes,
  ...PLACES.flatMap(({ path, container, anywhere }) => [
    ...itemRoutes({
      ...{ kind: contactKind, path, container, anywhere },
      read: CONTACTS_READ,
      write: CONTACTS_WRITE,
    }),
    {
      method: "GET",
      path: `${path}/delta`,
      permissions: CONTACTS_READ,
      handle: (context: Context) =>
        ok(
          contactDelta({
            kind: contactKind,
            container: container(context),
            scope: context.scope,
            query: context.operation.query,
            pageSize: context.preferences.pageSize,
            at: context.at,
          }),
        ),
    },
  ]),
];
