import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { home } from "./checkout.js";

type Environment = Record<string, string>;

const PROGRAMS: Readonly<Record<string, string>> = {
  state: "apps/state/dist/main.js",
  settings: "apps/settings/dist/main.js",
  "change-capture": "apps/change-capture/dist/main.js",
  "cloud-connector": "apps/cloud-connector/dist/main.js",
  console: "apps/console/dist/server/main.js",
};
const SERVICES = Object.keys(PROGRAMS);

/** What a hoster exports before `docker compose up`, all of it. */
const EXPORTED: Environment = {
  ...{ RUNTIME_PASSWORD: "test", OWNER_PASSWORD: "test", CONSOLE_PORT: "8080" },
  SIGN_IN_ISSUER: "https://login.hoster.example/realms/ams",
  SIGN_IN_AUDIENCE: "urn:ams-sync:api",
  SIGN_IN_ORIGINS: "https://token.hoster.example",
  ...{ SMTP_HOST: "mail.hoster.example", SMTP_PORT: "587" },
  ...{ SMTP_USER: "ams-sync", SMTP_PASSWORD: "test" },
  MAIL_FROM: "ams-sync <ams-sync@hoster.example>",
  CONSOLE_URL: "https://sync.hoster.example",
  EGRESS_ALLOW: "dav.intern.example, 10.1.0.0/16",
};
const POSTGRES = "postgresql://login:test@postgres/ams_sync";
/** What k8s/README.md asks a hoster's Secrets for. */
const SECRETS: Readonly<Record<string, Environment>> = {
  state: {
    ...{ DATABASE_URL: POSTGRES, SCHEDULE_DATABASE_URL: POSTGRES },
    ...{ REDIS_URL: "redis://redis:6379", SMTP_PASSWORD: "test" },
  },
  settings: { DATABASE_URL: POSTGRES, AMS_DATABASE_URL: POSTGRES },
  "change-capture": {
    ...{ AMS_DATABASE_URL: POSTGRES, REDIS_URL: "redis://redis:6379" },
  },
  "cloud-connector": {
    ...{ AMS_DATABASE_URL: POSTGRES, REDIS_URL: "redis://redis:6379" },
  },
  console: {},
};

let keys: string;
/** What the image itself sets. */
let image: Environment;
beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), "ams-sync-deployment-"));
  await rm(keys, { recursive: true });
  await run(["tools/stack/dist/make-keys.js", keys]);
  const dockerfile = await readFile(join(home, "docker/Dockerfile"), "utf8");
  image = linesOf(dockerfile, /(?<=^ENV .*)((?:HTTP|GRPC)_\w+)=(\S+)/gm);
});
afterAll(() => rm(keys, { recursive: true, force: true }));

/** As `docker compose` fills it in: a variable that is not exported has its default. */
const filled = (value: string, exported: Environment): string =>
  value
    .replace(/^(["'])(.*)\1$/, "$2")
    .replace(
      /\$\{(\w+)(?::[-?]([^}]*))?\}/g,
      (_all, name: string, fallback?: string) =>
        exported[name] ?? fallback ?? "",
    );

const linesOf = (block: string, line: RegExp): Environment =>
  Object.fromEntries(
    [...block.matchAll(line)].map(([, name = "", value = ""]) => [name, value]),
  );

/** The environment that a container of compose.yaml gets. */
const inCompose = async (
  service: string,
  exported: Environment,
): Promise<Environment> => {
  const text = await readFile(join(home, "docker/compose.yaml"), "utf8");
  const [, block = ""] = text.split(`\n  ${service}:\n`);
  const [own = ""] = block.split(/\n(?=\S| {2}\S)/);
  const [, environment = ""] = own.split("\n    environment:\n");
  return Object.fromEntries(
    Object.entries(linesOf(environment, /^ {6}([A-Z_]+): (.+)$/gm)).map(
      ([name, value]) => [name, filled(value, exported)],
    ),
  );
};

/** The environment that a pod gets with the overlay `example-settings`. */
const inCluster = async (service: string): Promise<Environment> => {
  const read = (file: string) => readFile(join(home, "k8s", file), "utf8");
  const folder = service === "change-capture" ? "change-capture" : "base";
  const deployment = await read(`${folder}/${service}.yaml`);
  const shared = deployment.includes("configMapRef: { name: ams-sync }")
    ? [
        await read("base/config.yaml"),
        await read("example-settings/settings.yaml"),
      ]
    : [];
  const data = shared.map((text) =>
    linesOf(text, /^ {2}([A-Z_]+): "?([^"\n]+)"?$/gm),
  );
  const own = linesOf(
    deployment,
    /- \{ name: ([A-Z_]+), value: "?([^"}]+?)"? \}/g,
  );
  return Object.assign({}, ...data, SECRETS[service], own) as Environment;
};

/** Paths of key files in containers, as they are here. */
const withKeys = (service: string, environment: Environment): Environment =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value
        .replace(/^\/keys\/own\/key\.jwk$/, join(keys, `${service}.jwk`))
        .replace(/^\/keys\/(?:own\/|public\/)?/, `${keys}/`),
    ]),
  );

const run = (args: readonly string[], env: Environment = {}) =>
  promisify(execFile)(process.execPath, [...args], {
    cwd: home,
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });

/** What is wrong with a service's environment, in its own words. */
const wrongWith = async (
  service: string,
  environment: Environment,
): Promise<string> => {
  const program = PROGRAMS[service] ?? "";
  const asked = run(
    [program, "--check-config"],
    withKeys(service, { ...image, ...environment }),
  );
  return asked.then(
    () => "",
    (error: { stdout?: string; stderr?: string }) =>
      `${error.stdout ?? ""}${error.stderr ?? ""}`,
  );
};

/** All that reads an environment: a name that is in none of it is misspelt. */
const sources = async (): Promise<string> => {
  const folders = ["apps", "libs/platform/src", "libs/connector-kit/src"];
  const texts: string[] = [];
  for (const folder of folders) {
    const files = await readdir(join(home, folder), { recursive: true });
    for (const file of files)
      if (
        /config[^/]*\.ts$|main\.ts$/.test(file) &&
        !/node_modules|dist\//.test(file)
      )
        texts.push(await readFile(join(home, folder, file), "utf8"));
  }
  return texts.join("\n");
};

describe.each(SERVICES)("%s", (service) => {
  test("starts with what compose.yaml gives it, all exported or only what must be", async () => {
    const all = await inCompose(service, EXPORTED);
    expect(Object.keys(all).length).toBeGreaterThan(3);
    expect(await wrongWith(service, all)).toBe("");
    const { RUNTIME_PASSWORD = "", SIGN_IN_ISSUER = "" } = EXPORTED;
    const least = await inCompose(service, {
      RUNTIME_PASSWORD,
      // The console is started with an issuer only.
      ...(service === "console" && { SIGN_IN_ISSUER }),
    });
    expect(await wrongWith(service, least)).toBe("");
  });

  test("starts with what the manifests and their example give it", async () => {
    expect(await wrongWith(service, await inCluster(service))).toBe("");
  });
});

test("every variable of both is one that a program reads", async () => {
  const known = await sources();
  for (const service of SERVICES)
    for (const name of Object.keys({
      ...(await inCompose(service, EXPORTED)),
      ...(await inCluster(service)),
    }))
      expect(known, `${name} of ${service}`).toMatch(
        new RegExp(`\\b${name}\\b`),
      );
});

test("what people, mails, keys and the way out need is in both, for who needs it", async () => {
  const NEEDED: Readonly<Record<string, RegExp>> = {
    state: /^(SMTP_(HOST|PORT|SECURITY|USER|PASSWORD)|MAIL_FROM|CONSOLE_URL)$/,
    settings:
      /^(MASTER_KEY_FILE|EGRESS_ALLOW|SIGN_IN_(ISSUER|AUDIENCE|CLIENT_ID|SCOPE))$/,
    "cloud-connector": /^EGRESS_ALLOW$/,
    console: /^SIGN_IN_(ISSUER|ORIGINS)$/,
  };
  const counts = { state: 7, settings: 6, "cloud-connector": 1, console: 2 };
  for (const [service, needed] of Object.entries(NEEDED))
    for (const given of [
      await inCompose(service, EXPORTED),
      await inCluster(service),
    ])
      expect([
        service,
        Object.keys(given).filter((name) => needed.test(name)).length,
      ]).toEqual([service, counts[service as keyof typeof counts]]);
});

test("a value that no program takes is named", async () => {
  const given = await inCompose("state", { ...EXPORTED, MAIL_FROM: "niemand" });
  expect(await wrongWith("state", given)).toContain("MAIL_FROM");
});
