import { randomUUID } from "node:crypto";
import { badRequest, notFound, Refusal } from "../http/refusal.js";
import { isFormat, translated } from "../mailbox/entry-ids.js";
import { checkBody, type Json } from "../odata/edm.js";
import { categoryType } from "../odata/types.js";
import { listed, rowOf } from "../resources/lists.js";
import {
  bodyOf,
  created,
  noContent,
  ok,
  type Context,
  type Route,
} from "./route.js";

const SETTINGS_READ = ["MailboxSettings.Read", "MailboxSettings.ReadWrite"];
const SETTINGS_WRITE = ["MailboxSettings.ReadWrite"];

const categoryJson = (
  id: string,
  { name, color }: { name: string; color: string },
): Json => ({ id, displayName: name, color });

const PATH = "outlook/masterCategories";

const category = ({ mailbox, param }: Context) => {
  const id = param("category");
  const found = mailbox.categories.get(id);
  if (found === undefined) throw notFound();
  return { id, found };
};

function addCategory(context: Context) {
  const { mailbox } = context;
  const body = bodyOf(context);
  checkBody(categoryType, body);
  const { displayName, color = "none" } = body;
  if (typeof displayName !== "string" || displayName === "")
    throw badRequest("A category needs a 'displayName'.");
  const twin = [...mailbox.categories.values()].some(
    ({ name }) => name.toLowerCase() === displayName.toLowerCase(),
  );
  if (twin)
    throw new Refusal(
      409,
      "ErrorCategoryNameAlreadyExists",
      "A category with the same name exists.",
    );
  const id = randomUUID();
  const made = { name: displayName, color: String(color) };
  mailbox.categories.set(id, made);
  return created(categoryJson(id, made));
}

function changeCategory(context: Context) {
  const body = bodyOf(context);
  checkBody(categoryType, body);
  if (Object.hasOwn(body, "displayName"))
    throw new Refusal(
      400,
      "ErrorInvalidPropertySet",
      "Set action is invalid for property 'displayName'.",
    );
  const { id, found } = category(context);
  found.color = String(body["color"] ?? found.color);
  return ok(categoryJson(id, found));
}

function translate(context: Context) {
  const body = bodyOf(context);
  // Names of an action's parameters are compared without case.
  const named = new Map(
    Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const ids = named.get("inputids");
  const [from, to] = [named.get("sourceidtype"), named.get("targetidtype")];
  if (!Array.isArray(ids) || ids.length > 1_000)
    throw badRequest("'InputIds' is a list of up to 1,000 ids.");
  if (!isFormat(from) || !isFormat(to))
    throw badRequest("'SourceIdType' and 'TargetIdType' are needed.");
  return ok({
    value: ids.map((one) => {
      const sourceId = String(one);
      const targetId = translated(context.mailbox, sourceId, from, to);
      return targetId === undefined
        ? {
            sourceId,
            targetId: null,
            errorDetails: {
              code: "ErrorInvalidIdMalformed",
              message: "Id is malformed.",
            },
          }
        : { sourceId, targetId };
    }),
  });
}

export const mailboxRoutes: readonly Route[] = [
  {
    method: "GET",
    path: PATH,
    permissions: SETTINGS_READ,
    handle: ({ mailbox, operation, preferences, at }) =>
      ok(
        listed(
          [...mailbox.categories].map(([id, one]) =>
            rowOf(categoryJson(id, one)),
          ),
          {
            type: categoryType,
            query: operation.query,
            pageSize: preferences.pageSize,
            at,
          },
        ),
      ),
  },
  {
    method: "POST",
    path: PATH,
    permissions: SETTINGS_WRITE,
    handle: addCategory,
  },
  {
    method: "GET",
    path: `${PATH}/:category`,
    permissions: SETTINGS_READ,
    handle: (context) => {
      const { id, found } = category(context);
      return ok(categoryJson(id, found));
    },
  },
  {
    method: "PATCH",
    path: `${PATH}/:category`,
    permissions: SETTINGS_WRITE,
    handle: changeCategory,
  },
  {
    method: "DELETE",
    path: `${PATH}/:category`,
    permissions: SETTINGS_WRITE,
    handle: (context) => {
      context.mailbox.categories.delete(category(context).id);
      return noContent;
    },
  },
  {
    method: "POST",
    path: "translateExchangeIds",
    // Whoever may read one of the kinds: the documented permissions are the user's own.
    permissions: [
      ...["User.Read", "User.Read.All", "User.ReadBasic.All"],
      ...["Contacts.Read", "Contacts.ReadWrite"],
      ...["Calendars.Read", "Calendars.ReadWrite"],
    ],
    handle: translate,
  },
];
