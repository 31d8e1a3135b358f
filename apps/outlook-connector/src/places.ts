import { ConnectorError } from "@ams-sync/connector-kit";
import type { StreamKind } from "@ams-sync/sync-core";

/** Kinds that may have a folder of their own (R29). */
export const APART = ["company", "agent"] as const;
export type Apart = (typeof APART)[number];

/** Graph's ids of what a stream uses. */
export interface Places {
  /** Missing: one is made. */
  readonly main?: string;
  readonly apart: { readonly [kind in Apart]?: string };
}

const ROOTS = { contacts: "/contactFolders/", appointments: "/calendars/" };

/** "/contactFolders/A", or with folders of their own "/contactFolders/A?company=/contactFolders/B&agent=…". */
export function parsePlaces(stream: StreamKind, address: string): Places {
  const at = address.indexOf("?");
  const path = at < 0 ? address : address.slice(0, at);
  const query = new URLSearchParams(at < 0 ? "" : address.slice(at + 1));
  const apart = APART.flatMap((kind) => {
    const place = query.get(kind);
    return place ? [[kind, idIn(stream, place)] as const] : [];
  });
  return {
    ...(path !== "" && { main: idIn(stream, path) }),
    apart: Object.fromEntries(apart),
  };
}

export function addressOf(
  stream: StreamKind,
  { main, apart }: Places & { readonly main: string },
): string {
  const query = APART.flatMap((kind) => {
    const id = apart[kind];
    return id === undefined || id === main
      ? []
      : [`${kind}=${encodeURIComponent(placeOf(stream, id))}`];
  });
  return [
    placeOf(stream, main),
    ...(query.length > 0 ? [query.join("&")] : []),
  ].join("?");
}

export const placeOf = (stream: StreamKind, id: string): string =>
  `${ROOTS[stream]}${encodeURIComponent(id)}`;

export const foldersOf = ({ main, apart }: Places): readonly string[] => [
  ...new Set([main, ...Object.values(apart)].flatMap((id) => id ?? [])),
];

function idIn(stream: StreamKind, path: string): string {
  const root = ROOTS[stream];
  const rest = path.startsWith(root) ? path.slice(root.length) : "";
  const id = decoded(rest);
  if (id !== undefined && id !== "") return id;
  throw absent(stream);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export const absent = (stream: StreamKind): ConnectorError =>
  new ConnectorError(
    "rejected",
    stream === "contacts"
      ? "The chosen contact folder is not there any more: restore it in Outlook, or choose another one or none in the settings."
      : "The chosen calendar is not there any more: restore it in Outlook, or choose another one or none in the settings.",
  );
