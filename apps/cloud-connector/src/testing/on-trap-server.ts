import type { Login, Session, StreamPort } from "@ams-sync/connector-kit";
import type { Contact, TimeZone } from "@ams-sync/sync-core";
import { CloudConnector, type CloudConnectorOptions } from "../connector.js";
import { TrapServer } from "./trap-server.js";
import type { Seen } from "./wire.js";
import { TO_LOOPBACK } from "./to-loopback.js";

/** The path of the address book that the trap server makes. */
export const BOOK = "/dav/home/ams-contacts/";
export const NOW = Date.UTC(2026, 10, 2, 12);

/** A connector that is logged in at a trap server of its own. */
export interface OnTrapServer {
  readonly server: TrapServer;
  readonly connector: CloudConnector;
  readonly session: Session;
  readonly port: StreamPort;
  readonly open: (
    login?: Partial<Login>,
    through?: CloudConnector,
  ) => Promise<Session>;
  readonly requests: (method: string) => Seen[];
  readonly stop: () => Promise<void>;
}

export async function onTrapServer(
  options: Partial<CloudConnectorOptions> = {},
): Promise<OnTrapServer> {
  const server = await TrapServer.start();
  const connector = new CloudConnector({
    requestTimeoutMs: 1_500,
    egress: TO_LOOPBACK,
    ...options,
  });
  const open = (login: Partial<Login> = {}, through = connector) =>
    through.open(
      {
        serverUrl: server.url,
        username: "max",
        password: "geheim",
        ...login,
      },
      {
        timeZone: "Europe/Berlin" as TimeZone,
        signal: new AbortController().signal,
        now: () => NOW,
      },
    );
  const session = await open();
  const container = await session.container("contacts");
  return {
    server,
    connector,
    session,
    open,
    port: session.stream("contacts", container),
    requests: (method) =>
      server.seen.filter((request) => request.method === method),
    stop: async () => {
      await connector.close();
      await server.stop();
    },
  };
}

export const person = (fields: Contact["fields"] = {}): Contact => ({
  type: "private",
  fields: { firstName: "Jürgen", lastName: "Groß", city: "Köln", ...fields },
});

export const identity = (number: number) => ({
  uid: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
});

export const card = (name: string): string =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${name}\r\nEND:VCARD\r\n`;
