import type { ServiceName } from "@ams-sync/stack";
import { openGrpcWire } from "../wires/grpc-wire.js";
import { openPostgresWire } from "../wires/postgres-wire.js";
import { openRedisWire } from "../wires/redis-wire.js";
import type { Address, Toll, Wire, WireOptions } from "../wires/wire.js";

type Open = (options: WireOptions) => Promise<Wire>;

/** Variables that lead somewhere, with the wire's far end and its protocol. */
const LEADS: Readonly<
  Record<string, { readonly end: string; readonly open: Open }>
> = {
  STATE_ADDRESS: { end: "state", open: openGrpcWire },
  SETTINGS_ADDRESS: { end: "settings", open: openGrpcWire },
  DATABASE_URL: { end: "db", open: openPostgresWire },
  SCHEDULE_DATABASE_URL: { end: "schedule", open: openPostgresWire },
  AMS_DATABASE_URL: { end: "ams", open: openPostgresWire },
  QUEUE_DATABASE_URL: { end: "queue", open: openPostgresWire },
  REDIS_URL: { end: "queue", open: openRedisWire },
};

/** How the wires' names call the services. */
const SHORT: Readonly<Record<ServiceName, string>> = {
  state: "state",
  settings: "settings",
  "change-capture": "capture",
  "cloud-connector": "connector",
  "outlook-connector": "outlook",
};

/** Puts a wire on everything that a service connects to. */
export class SiteWires {
  readonly #wires: Wire[] = [];

  constructor(private readonly toll: Toll) {}

  /** The environment with all addresses led over wires. */
  async lead(
    service: ServiceName,
    env: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> {
    const led = { ...env };
    for (const [variable, { end, open }] of Object.entries(LEADS)) {
      const told = env[variable];
      if (told === undefined) continue;
      const url = told.includes("://") ? new URL(told) : undefined;
      const to = addressOf(url?.host ?? told);
      const wire = await this.open(open, `${SHORT[service]}>${end}`, to);
      if (url === undefined) led[variable] = `${wire.host}:${wire.port}`;
      else {
        url.port = String(wire.port);
        led[variable] = url.href;
      }
    }
    return led;
  }

  async open(open: Open, name: string, to: Address): Promise<Wire> {
    const wire = await open({ name, to, toll: this.toll });
    this.#wires.push(wire);
    return wire;
  }

  async close(): Promise<void> {
    await Promise.all(this.#wires.map((wire) => wire.close()));
  }
}

const addressOf = (hostAndPort: string): Address => {
  const [host = "", port = ""] = hostAndPort.split(":");
  return { host, port: Number(port) };
};

/** Services at the ends of a wire. */
export const endsOf = (wire: string): readonly ServiceName[] => {
  const ends = wire.split(">");
  return (Object.keys(SHORT) as ServiceName[]).filter((service) =>
    ends.includes(SHORT[service]),
  );
};
