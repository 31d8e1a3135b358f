import { defineConfig } from "vitest/config";

// Nest's injection and TypeORM read the metadata that decorators leave behind.
const decorators = {
  decorator: { legacy: true, emitDecoratorMetadata: true },
} as const;
// Tests run on the sources: no build between an edit and its test.
const conditions = ["@ams-sync/source"];

/** Of unit and medium, which share a pool: more than a small machine has cores, as medium tests wait for servers and for time limits. */
const WORKERS = 3;

const unit = (timeZone: string) => ({
  oxc: decorators,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: `unit ${timeZone}`,
    include: ["{libs,apps,tools}/*/{src,server}/**/*.spec.ts"],
    exclude: ["**/*.{medium,e2e,long}.spec.ts", "**/node_modules/**"],
    env: { TZ: timeZone },
    setupFiles: ["tools/property-seed.mjs"],
    pool: "forks" as const,
    maxWorkers: WORKERS,
    // Unit tests share nothing that one could spoil for the next; a process for
    // each of their files took four times as long.
    isolate: false,
    // Properties reckon for seconds; a busy machine takes several times as long.
    testTimeout: 30_000,
  },
});

/** What they look at is one for a whole process: its tracer, its environment's log level. */
const PROCESS_WIDE = [
  "apps/change-capture/src/capture/preflight.medium.spec.ts",
  "libs/connector-kit/src/host/connector-host.medium.spec.ts",
  "libs/platform/src/grpc/trace.medium.spec.ts",
  "libs/platform/src/queues/queues.medium.spec.ts",
];

const medium = (
  name: string,
  which: {
    readonly include: string[];
    readonly exclude?: string[];
    readonly isolate: boolean;
  },
) => ({
  oxc: decorators,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    ...which,
    name,
    env: { TZ: "America/Los_Angeles" },
    setupFiles: ["tools/property-seed.mjs"],
    pool: "forks" as const,
    maxWorkers: WORKERS,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

export default defineConfig({
  test: {
    projects: [
      // A date that slips by a day or an hour shows under at least one of these.
      unit("Europe/Berlin"),
      unit("America/Los_Angeles"),
      unit("Pacific/Kiritimati"),
      medium("medium", {
        include: ["{libs,apps,tools}/*/{src,server}/**/*.medium.spec.ts"],
        exclude: ["**/node_modules/**", ...PROCESS_WIDE],
        // As with unit tests: a process for each file took a third longer.
        isolate: false,
      }),
      medium("medium alone", { include: PROCESS_WIDE, isolate: true }),
      {
        oxc: decorators,
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          name: "e2e",
          include: ["{libs,apps,tools}/*/src/**/*.e2e.spec.ts"],
          env: { TZ: "Pacific/Kiritimati" },
          pool: "forks",
          // Each brings servers, services, folders and ports of its own, and waits for outages and retries meanwhile. One after
          // the other they took more than half of the whole run.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        oxc: decorators,
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          // The full matrices, by `npm run test:long` only.
          name: "long",
          include: ["{libs,apps,tools}/*/src/**/*.long.spec.ts"],
          env: { TZ: "America/Los_Angeles" },
          pool: "forks",
          maxWorkers: 1,
          testTimeout: 3_600_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
