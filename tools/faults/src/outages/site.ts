import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SettingsServiceDefinition } from "@ams-sync/contracts";
import { grpcClient } from "@ams-sync/platform";
import {
  startStack,
  type Service,
  type Stack,
  type StackOptions,
} from "@ams-sync/stack";
import { startRadicale } from "@ams-sync/testing";
import { openCaptured } from "../watch/captured.js";
import { markRecords } from "../watch/record-marks.js";
import { openGate, type Gate } from "./gate.js";
import { openOffice, type Office, type OfficeSize } from "./office.js";
import {
  QUEUE_STORES,
  type QueueStore,
  type QueueStoreName,
} from "./queue-store.js";

/** All services over one queue store, and a DAV server behind a gate. */
export interface Site {
  readonly stack: Stack;
  readonly queues: QueueStore;
  readonly gate: Gate;
  /** Services that ended without being asked to, with their last words. */
  readonly deaths: readonly string[];
  /** What a service was told, its first instance. */
  env(name: Service["name"]): Readonly<Record<string, string>>;
  /** Makes a new brokerage with one user and a login of theirs that is still empty. */
  office(size?: OfficeSize): Promise<Office>;
  stop(): Promise<void>;
}

export interface SiteOptions {
  readonly store: QueueStoreName;
  /** Over the times below. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stack?: Omit<
    StackOptions,
    "data" | "env" | "redisUrl" | "onDeath" | "serviceEnv"
  >;
}

/** Short ones, so that an outage outlasts them; each as the rules between them want it. */
const TIMES = {
  LEASE_MS: "5000",
  REQUEST_TIMEOUT_MS: "2000",
  SWEEP_INTERVAL_MS: "300",
  SLICE_SIZE: "10",
  RUN_MAX_RECORDS: "30",
  BACK_OFF_FIRST_MS: "1000",
};

const LOGINS = Array.from({ length: 60 }, (_, index) => ({
  name: `nutzer${index}`,
  password: "geheim",
}));

/** Starts it; what was started is stopped if anything fails. */
export async function openSite(options: SiteOptions): Promise<Site> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const data = await mkdtemp(join(tmpdir(), "ams-sync-outages-"));
    undo.push(() => rm(data, { recursive: true, force: true }));
    const queues = await QUEUE_STORES[options.store]();
    undo.push(() => queues.stop());
    const radicale = await startRadicale({ users: LOGINS });
    undo.push(() => radicale.stop());
    const gate = await openGate(radicale.url);
    undo.push(() => gate.close());
    const deaths: string[] = [];
    const told = new Map<string, Readonly<Record<string, string>>>();
    const stack = await startStack({
      replicas: { "cloud-connector": 2 },
      ...options.stack,
      serviceEnv: (name, env, index) => {
        if (index === 0) told.set(name, env);
        return env;
      },
      data,
      env: { ...process.env, ...TIMES, ...options.env },
      redisUrl: queues.redisUrl,
      onDeath: (text) => deaths.push(text),
    });
    undo.push(() => stack.stop());
    await markRecords(stack.amsAdminUrl);
    const captured = await openCaptured(stack);
    const settings = grpcClient(SettingsServiceDefinition, {
      address: stack.grpc.settings,
      audience: "settings",
      keys: stack.keys,
    });
    undo.push(async () => settings.close());
    let opened = 0;
    return {
      stack,
      queues,
      gate,
      deaths,
      env: (name) => told.get(name) ?? {},
      office: async (size) => {
        const login = LOGINS[opened];
        if (!login) throw new Error("All logins of this site are used.");
        opened += 1;
        return openOffice({
          ...{ stack, gate, settings, captured, number: opened, size },
          login: { username: login.name, password: login.password },
        });
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
