import { Refusal } from "../http/refusal.js";
import type { Container } from "../mailbox/container.js";
import { eventDelta } from "../resources/event-delta.js";
import {
  calendarView,
  occurrenceNamed,
  WINDOW_OPTIONS,
  windowOf,
} from "../resources/event-view.js";
import { eventKind } from "../resources/kind.js";
import { listed } from "../resources/lists.js";
import { calendarNamed, calendarRoutes, defaultCalendar } from "./calendars.js";
import { itemRoutes } from "./items.js";
import {
  CALENDARS_READ,
  CALENDARS_WRITE,
  ok,
  type Context,
  type Route,
} from "./route.js";

const PLACES = [
  { path: "events", view: "", container: defaultCalendar, anywhere: true },
  {
    path: "calendar/events",
    view: "calendar/",
    container: defaultCalendar,
    anywhere: false,
  },
  {
    path: "calendars/:calendar/events",
    view: "calendars/:calendar/",
    container: calendarNamed,
    anywhere: false,
  },
];

const viewed =
  (container: (context: Context) => Container) => (context: Context) =>
    ok(
      listed(
        calendarView(
          container(context),
          windowOf(context.operation.query),
          context.scope,
        ),
        {
          type: eventKind.type,
          query: context.operation.query,
          notFiltered: eventKind.notFiltered,
          pageSize: context.preferences.pageSize,
          at: context.at,
          own: WINDOW_OPTIONS,
        },
      ),
    );

const changes =
  (container: (context: Context) => Container) => (context: Context) =>
    ok(
      eventDelta({
        kind: eventKind,
        container: container(context),
        scope: context.scope,
        query: context.operation.query,
        pageSize: context.preferences.pageSize,
        at: context.at,
      }),
    );

/** Without a window it is documented for beta only (facts/graph.md); v1.0 says so. */
const untracked = (): never => {
  throw new Refusal(
    400,
    "ErrorInvalidRequest",
    "Unsupported request: Change tracking is not supported against 'microsoft.graph.event'.",
  );
};

export const eventRoutes: readonly Route[] = [
  ...calendarRoutes,
  ...PLACES.flatMap(({ path, view, container, anywhere }): Route[] => [
    ...itemRoutes({
      ...{ kind: eventKind, path, container, anywhere },
      read: CALENDARS_READ,
      write: CALENDARS_WRITE,
      virtual: ({ mailbox, scope, param }) =>
        occurrenceNamed(mailbox, param("item"), scope),
    }),
    {
      method: "GET",
      path: `${path}/delta`,
      permissions: CALENDARS_READ,
      handle: untracked,
    },
    {
      method: "GET",
      path: `${view}calendarView`,
      permissions: CALENDARS_READ,
      handle: viewed(container),
    },
    {
      method: "GET",
      path: `${view}calendarView/delta`,
      permissions: CALENDARS_READ,
      handle: changes(container),
    },
  ]),
];
