import { spawn } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { home, makeCheckout } from "./checkout.js";

type Files = Record<string, string>;

const room = (
  name: string,
  dependencies: Record<string, string> = {},
): Files => ({
  [`${name}/package.json`]: `${JSON.stringify(
    {
      name: `@ams-sync/${name.split("/")[1]}`,
      type: "module",
      exports: { ".": { "@ams-sync/source": "./src/index.ts" } },
      dependencies,
    },
    null,
    2,
  )}\n`,
});

const npm = (name: string): Files => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({
    name,
    exports: "./index.js",
  }),
  [`node_modules/${name}/index.js`]: "export const z = 1;\n",
});

/** A clean checkout in the shape of ours. */
const clean: Files = {
  "package.json": `${JSON.stringify({ name: "x", workspaces: ["libs/*", "apps/*"] }, null, 2)}\n`,
  "package-lock.json": '{ "packages": { "node_modules/zod": {} } }\n',
  ...room("libs/sync-core", { zod: "1" }),
  "libs/sync-core/src/index.ts":
    'import { z } from "zod";\n\nexport const core = z;\n',
  ...room("libs/platform", {}),
  "libs/platform/src/index.ts":
    'import { openSync } from "node:fs";\n\nexport const platform = openSync;\n',
  ...room("libs/testing"),
  "libs/testing/src/index.ts": "export const testing = 1;\n",
  ...room("apps/state", { "@ams-sync/platform": "1" }),
  "apps/state/src/index.ts":
    'import { platform } from "@ams-sync/platform";\n\nexport const state = platform;\n',
  ...room("apps/settings"),
  "apps/settings/src/index.ts": "export const settings = 1;\n",
  ...npm("zod"),
  ...npm("typeorm"),
};

async function lint(changes: Files = {}) {
  const checkout = await makeCheckout({ ...clean, ...changes }, [
    ".oxlintrc.json",
    ".dependency-cruiser.mjs",
    ".prettierignore",
    "tools/lint-rules.mjs",
  ]);
  // npm links the rooms into node_modules.
  await mkdir(join(checkout.dir, "node_modules", "@ams-sync"));
  for (const name of [
    "libs/sync-core",
    "libs/platform",
    "libs/testing",
    "libs/connector-kit",
    "apps/state",
    "apps/settings",
  ])
    await symlink(
      join("..", "..", name),
      join(checkout.dir, "node_modules", "@ams-sync", name.split("/")[1] ?? ""),
    );
  try {
    return await new Promise<{ code: number | null; output: string }>(
      (resolve) => {
        const child = spawn(
          process.execPath,
          [join(home, "tools", "lint.mjs"), checkout.dir],
          { stdio: ["ignore", "pipe", "pipe"] },
        );
        let output = "";
        child.stdout.on("data", (chunk) => (output += String(chunk)));
        child.stderr.on("data", (chunk) => (output += String(chunk)));
        child.once("close", (code) => resolve({ code, output }));
      },
    );
  } finally {
    await checkout.remove();
  }
}

/** What the core must not even name: a line that uses it, and the rule that says so. */
const globals: Record<string, string> = {
  Date: "const { now } = Date;\n\nexport const at = () => now();\n",
  fetch: 'export const get = () => fetch("https://x.example/");\n',
  setTimeout: "export const later = (f: () => void) => setTimeout(f, 1);\n",
  setInterval: "export const often = (f: () => void) => setInterval(f, 1);\n",
  console: 'export const say = () => console.log("Grüße");\n',
  process: "export const path = () => process.argv;\n",
  globalThis: "export const all = () => globalThis.fetch;\n",
};

const plantedGlobals = Object.fromEntries(
  Object.entries(globals).map(([name, text]) => [
    `${name} in the core`,
    {
      files: { [`libs/sync-core/src/global-${name}.ts`]: text },
      says: new RegExp(
        `Unexpected use of '${name}'[^]*?sync-core/src/global-${name}[.]ts`,
      ),
    },
  ]),
);

/** Ways to an address that no guard has looked at. */
const waysOut = ["dgram", "http", "http2", "https", "net", "tls"]
  .flatMap((name) => [name, `node:${name}`])
  .concat("undici");

const plantedWaysOut = Object.fromEntries(
  waysOut.map((name) => {
    const file = `cloud-connector/src/out-${name.replace(":", "-")}.ts`;
    return [
      `${name} in a connector`,
      {
        files: {
          [`apps/${file}`]: `import { out } from "${name}";\n\nexport const way = out;\n`,
        },
        says: new RegExp(`'${name}' import is restricted[^]*?${file}`),
      },
    ];
  }),
);

/** What of tsdav goes out with the global `fetch`. */
const tsdavUses: Record<string, string> = {
  bare: 'import { davRequest } from "tsdav";\n\nexport const ask = () => davRequest({ url: "https://x.example/" });\n',
  handed:
    'import { davRequest } from "tsdav";\n\nexport const ask = davRequest;\n',
  client:
    'import { DAVClient } from "tsdav";\n\nexport const make = () => new DAVClient({ serverUrl: "https://x.example/" });\n',
  whole:
    'import * as dav from "tsdav";\n\nexport const ask = dav.davRequest;\n',
  on: 'export { davRequest } from "tsdav";\n',
};

const plantedTsdav = Object.fromEntries(
  Object.entries(tsdavUses).map(([name, text]) => [
    `tsdav past the guard: ${name}`,
    {
      files: { [`apps/cloud-connector/src/tsdav-${name}.ts`]: text },
      says: new RegExp(
        `tsdav goes out past the guard[^]{0,200}?cloud-connector/src/tsdav-${name}[.]ts`,
      ),
    },
  ]),
);

/** What is planted, and what lint must say about it. */
const planted: Record<string, { files: Files; says: RegExp }> = {
  "a clock in the core": {
    files: {
      "libs/sync-core/src/clock.ts": "export const now = () => Date.now();\n",
    },
    says: /Date\.now reads the clock[^]*?sync-core\/src\/clock\.ts/,
  },
  "today in the core": {
    files: {
      "libs/sync-core/src/today.ts": "export const now = () => new Date();\n",
    },
    says: /Date without an argument[^]*?sync-core\/src\/today\.ts/,
  },
  "chance in the core": {
    files: {
      "libs/sync-core/src/dice.ts":
        'export const dice = () => Math["random"]();\n',
    },
    says: /Math\.random reads chance[^]*?sync-core\/src\/dice\.ts/,
  },
  ...plantedGlobals,
  "a way out past the guard": {
    files: {
      "apps/cloud-connector/src/get.ts":
        'export const get = () => fetch("https://x.example/");\n',
    },
    says: /Unexpected use of 'fetch'[^]*?cloud-connector\/src\/get\.ts/,
  },
  "a stream of events past the guard": {
    files: {
      "apps/cloud-connector/src/events.ts":
        'export const hear = () => new EventSource("https://x.example/");\n',
    },
    says: /Unexpected use of 'EventSource'[^]*?cloud-connector\/src\/events\.ts/,
  },
  ...plantedWaysOut,
  ...plantedTsdav,
  "a clock under another name": {
    files: {
      "libs/sync-core/src/alias.ts":
        "const { random } = Math;\n\nexport const dice = () => random();\n",
    },
    says: /Another name for Math[^]*?sync-core\/src\/alias\.ts/,
  },
  "a Node module in the core": {
    files: {
      "libs/sync-core/src/file.ts":
        'import { openSync } from "node:fs";\n\nexport const o = openSync;\n',
    },
    says: /core-is-pure: libs\/sync-core\/src\/file\.ts/,
  },
  "a framework in the core": {
    files: {
      "libs/sync-core/src/orm.ts": 'export { z } from "typeorm";\n',
    },
    says: /core-is-pure: libs\/sync-core\/src\/orm\.ts/,
  },
  "an import upwards": {
    files: {
      "libs/platform/src/up.ts":
        'export { settings } from "@ams-sync/settings";\n',
    },
    says: /platform-imports-only-rooms-below: libs\/platform\/src\/up\.ts/,
  },
  "an app that imports another app": {
    files: {
      "apps/state/src/other.ts":
        'export { settings } from "@ams-sync/settings";\n',
    },
    says: /apps-import-only-libraries: apps\/state\/src\/other\.ts/,
  },
  "servers for tests in an app": {
    files: {
      "apps/state/src/server.ts":
        'export { testing } from "@ams-sync/testing";\n',
    },
    says: /apps-import-only-libraries: apps\/state\/src\/server\.ts/,
  },
  "a way past another room's front door": {
    files: {
      "apps/state/src/window.ts":
        'export { platform } from "../../../libs/platform/src/index.js";\n',
    },
    says: /rooms-meet-at-their-front-door: apps\/state\/src\/window\.ts/,
  },
  "a room that package.json does not name": {
    files: {
      "apps/state/src/room.ts": 'export { core } from "@ams-sync/sync-core";\n',
    },
    says: /apps\/state-declares-its-rooms: apps\/state\/src\/room\.ts/,
  },
  "a package that package.json does not name": {
    files: { "apps/state/src/package.ts": 'export { z } from "typeorm";\n' },
    says: /packages-are-declared: apps\/state\/src\/package\.ts/,
  },
  "a stand-in in a service": {
    files: {
      "apps/state/src/testing/office.ts": "export const office = 1;\n",
      "apps/state/src/stand-in.ts":
        'export { office } from "./testing/office.js";\n',
    },
    says: /code-imports-no-stand-in: apps\/state\/src\/stand-in\.ts/,
  },
  "connector-kit's memory in a connector": {
    files: {
      "libs/connector-kit/package.json": `${JSON.stringify(
        {
          name: "@ams-sync/connector-kit",
          exports: {
            "./memory": { "@ams-sync/source": "./src/memory/index.ts" },
          },
        },
        null,
        2,
      )}\n`,
      "libs/connector-kit/src/memory/index.ts": "export const memory = 1;\n",
      "apps/state/src/memory.ts":
        'export { memory } from "@ams-sync/connector-kit/memory";\n',
    },
    says: /code-imports-no-stand-in: apps\/state\/src\/memory\.ts/,
  },
  "a cycle": {
    files: {
      "libs/platform/src/a.ts":
        'import { b } from "./b.js";\n\nexport const a = () => b;\n',
      "libs/platform/src/b.ts":
        'import { a } from "./a.js";\n\nexport const b = () => a;\n',
    },
    says: /no-cycles: libs\/platform\/src\/[ab]\.ts/,
  },
  "an import of nothing": {
    files: {
      "libs/platform/src/gone.ts": 'export { gone } from "./nirgends.js";\n',
    },
    says: /every-import-resolves: libs\/platform\/src\/gone\.ts/,
  },
  any: {
    files: {
      "libs/platform/src/any.ts": "export const a = (b: any) => b;\n",
    },
    says: /no-explicit-any[^]*?platform\/src\/any\.ts/,
  },
  "a file of 301 lines": {
    files: {
      "libs/platform/src/long.ts": Array.from(
        { length: 301 },
        (_, line) => `export const a${line} = ${line};\n`,
      ).join(""),
    },
    says: /max-lines[^]*?platform\/src\/long\.ts/,
  },
  "another format": {
    files: { "libs/platform/src/quotes.ts": "export const a = 'ä'\n" },
    says: /FAILED format[^]*?platform\/src\/quotes\.ts/,
  },
  "a registry's host in the lock": {
    files: {
      "package-lock.json": JSON.stringify({
        packages: {
          "node_modules/zod": {
            resolved: "https://r.example/z.tgz",
            optionalDependencies: { "zod-arm": "1" },
          },
        },
      }),
    },
    says: /node_modules\/zod names the host/,
  },
  "a lock without a platform's package": {
    files: {},
    says: /node_modules\/zod may want zod-arm, which the lock lacks/,
  },
};

describe("npm run lint", () => {
  it("passes a clean checkout", async () => {
    const { code, output } = await lint();
    expect(output).not.toContain("FAILED");
    expect(code).toBe(0);
  });

  describe("fails on", () => {
    let result: Awaited<ReturnType<typeof lint>>;
    beforeAll(async () => {
      const files = Object.values(planted).map((plant) => plant.files);
      result = await lint(Object.assign({}, ...files));
    });

    it.each(Object.entries(planted))("%s", (_, { says }) => {
      expect(result.output).toMatch(says);
      expect(result.code).toBe(1);
    });
  });
});
