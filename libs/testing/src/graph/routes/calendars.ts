import { badRequest } from "../http/refusal.js";
import type { Container } from "../mailbox/container.js";
import type { Mailbox } from "../mailbox/mailbox.js";
import { checkBody, plain, type Json } from "../odata/edm.js";
import { shown, viewOf } from "../odata/query.js";
import { calendarType } from "../odata/types.js";
import { containerChangeKey } from "../resources/entity.js";
import { listed, rowOf } from "../resources/lists.js";
import {
  bodyOf,
  CALENDARS_READ,
  CALENDARS_WRITE,
  created,
  noContent,
  ok,
  type Context,
  type Route,
} from "./route.js";

export const calendarNamed = (context: Context): Container =>
  context.mailbox.container("events", context.param("calendar"));

export const defaultCalendar = ({ mailbox }: Context): Container =>
  mailbox.defaults.events;

const calendarJson = (calendar: Container, mailbox: Mailbox): Json => ({
  id: calendar.id,
  name: calendar.name,
  color: "auto",
  hexColor: "",
  isDefaultCalendar: calendar.isDefault,
  changeKey: containerChangeKey(calendar),
  ...{ canShare: true, canViewPrivateItems: true, canEdit: true },
  isRemovable: !calendar.isDefault,
  owner: { name: mailbox.address, address: mailbox.address },
  ...calendar.values,
});

const read =
  (calendar: (context: Context) => Container) => (context: Context) => {
    const view = viewOf(calendarType, context.operation.query);
    const json = calendarJson(calendar(context), context.mailbox);
    return ok(shown(json, new Map(), view));
  };

const change =
  (calendar: (context: Context) => Container) => (context: Context) => {
    const body = bodyOf(context);
    checkBody(calendarType, body);
    const found = calendar(context);
    const { name, ...values } = plain(body);
    if (typeof name === "string") found.name = name;
    Object.assign(found.values, values);
    found.version += 1;
    return ok(calendarJson(found, context.mailbox));
  };

export const calendarRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "calendars",
    permissions: CALENDARS_READ,
    handle: ({ mailbox, operation, preferences, at }) =>
      ok(
        listed(
          [...mailbox.containers.values()]
            .filter(({ kind }) => kind === "events")
            .map((one) => rowOf(calendarJson(one, mailbox))),
          {
            type: calendarType,
            query: operation.query,
            pageSize: preferences.pageSize,
            at,
          },
        ),
      ),
  },
  {
    method: "POST",
    path: "calendars",
    permissions: CALENDARS_WRITE,
    handle: (context) => {
      const body = bodyOf(context);
      checkBody(calendarType, body);
      const name = body["name"];
      if (typeof name !== "string" || name.trim() === "")
        throw badRequest("A calendar needs a 'name'.");
      const made = context.mailbox.addContainer("events", name);
      return created(calendarJson(made, context.mailbox));
    },
  },
  {
    method: "GET",
    path: "calendar",
    permissions: CALENDARS_READ,
    handle: read(defaultCalendar),
  },
  {
    method: "PATCH",
    path: "calendar",
    permissions: CALENDARS_WRITE,
    handle: change(defaultCalendar),
  },
  {
    method: "GET",
    path: "calendars/:calendar",
    permissions: CALENDARS_READ,
    handle: read(calendarNamed),
  },
  {
    method: "PATCH",
    path: "calendars/:calendar",
    permissions: CALENDARS_WRITE,
    handle: change(calendarNamed),
  },
  {
    method: "DELETE",
    path: "calendars/:calendar",
    permissions: CALENDARS_WRITE,
    handle: (context) => {
      context.mailbox.removeContainer(calendarNamed(context));
      return noContent;
    },
  },
];
