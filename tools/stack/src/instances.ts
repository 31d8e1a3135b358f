import { join } from "node:path";
import { freePort } from "@ams-sync/testing";
import {
  environmentOf,
  type Environment,
  type Instance,
  type Ports,
  type Wiring,
} from "./environment.js";
import { CHECKOUT, type Folders } from "./folders.js";
import {
  OPTIONAL_SERVICES,
  SERVICE_NAMES,
  type ServiceName,
} from "./service-names.js";
import {
  environmentFault,
  labelOf,
  startService,
  type Service,
} from "./service-process.js";
import type { StackOptions } from "./stack-options.js";

/** All instances in the order of their start, each with ports of its own. */
export async function planInstances(
  {
    replicas = {},
    ports = {},
    outlook = false,
  }: Pick<StackOptions, "replicas" | "ports" | "outlook">,
  sources: readonly string[],
): Promise<Instance[]> {
  const instances: Instance[] = [];
  const names =
    outlook === false
      ? SERVICE_NAMES
      : [...SERVICE_NAMES, ...OPTIONAL_SERVICES];
  for (const name of names) {
    const count = replicas[name] ?? 1;
    if (!Number.isInteger(count) || count < 1)
      throw new Error(`The stack needs at least one ${name}.`);
    // One change-capture has one ams database.
    const of = name === "change-capture" ? sources : [undefined];
    for (let index = 0; index < count * of.length; index += 1) {
      const source = of[Math.floor(index / count)];
      const given = index === 0 ? ports[name] : undefined;
      instances.push({
        name,
        index,
        ...(source !== undefined && { source }),
        ports: await choosePorts(name, given),
      });
    }
  }
  return instances;
}

/** Where callers go: to the first instance. */
export function grpcOf(instances: readonly Instance[]): Wiring["grpc"] {
  const firstOf = (callee: ServiceName) =>
    instances.find(({ name }) => name === callee);
  const address = (callee: ServiceName): string =>
    `127.0.0.1:${firstOf(callee)?.ports.grpc}`;
  return {
    state: address("state"),
    settings: address("settings"),
    cloud: address("cloud-connector"),
    outlook: firstOf("outlook-connector") && address("outlook-connector"),
  };
}

export interface Start {
  readonly wiring: Wiring;
  /** What all services inherit. */
  readonly env: Environment;
  readonly folders: Folders;
  readonly adjust: NonNullable<StackOptions["serviceEnv"]>;
  readonly say: (line: string) => void;
  readonly onDeath: (text: string) => void;
  readonly signal: AbortSignal;
  /** Hears of each at once, so that it is stopped if a later one fails. */
  readonly started: (service: Service) => void;
}

/** One after the other, each when those before it are ready. */
export async function startInstances(
  instances: readonly Instance[],
  start: Start,
): Promise<Service[]> {
  const { adjust, say, onDeath, signal, started } = start;
  const services: Service[] = [];
  for (const [place, instance] of instances.entries()) {
    const { name, index, source, ports } = instance;
    say(`Starting ${labelOf(name, index)} …`);
    const program = programOf(instance, start);
    const env = await adjust(name, program.env, index);
    const service = await startService({
      ...program,
      ...{ index, source, ports, env, signal, onDeath },
    }).catch(async (error: unknown) => {
      signal.throwIfAborted();
      const others = instances.slice(place + 1);
      throw await withFaultsOf(others, error, start);
    });
    started(service);
    services.push(service);
  }
  return services;
}

const programOf = (
  instance: Instance,
  { wiring, env, folders }: Pick<Start, "wiring" | "env" | "folders">,
) => ({
  name: instance.name,
  program: join(CHECKOUT, "apps", instance.name, "dist", "main.js"),
  env: { ...env, ...environmentOf(instance, wiring) },
  logFile: join(
    folders.logs,
    `${labelOf(instance.name, instance.index).replace(" ", ".")}.log`,
  ),
});

/** What is wrong with the environment of services behind the one that failed: one start tells everything. */
async function withFaultsOf(
  others: readonly Instance[],
  error: unknown,
  start: Start,
): Promise<unknown> {
  if (!(error instanceof Error)) return error;
  const faults = await Promise.all(
    others
      .filter(({ index }) => index === 0)
      .map(async (other) => {
        const fault = await environmentFault(programOf(other, start));
        return fault === undefined ? [] : [`${other.name}: ${fault}`];
      }),
  );
  if (faults.flat().length === 0) return error;
  const more = ["Others would not start either:", ...faults.flat()].join("\n");
  return new Error(`${error.message}\n${more}`, { cause: error });
}

async function choosePorts(
  name: ServiceName,
  given: Partial<Ports> = {},
): Promise<Ports> {
  const http = given.http ?? (await freePort());
  return name === "change-capture"
    ? { http }
    : { http, grpc: given.grpc ?? (await freePort()) };
}
