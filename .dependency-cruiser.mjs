import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Which library may import which; docs/ARCHITECTURE.md draws it. */
const LIBRARIES = {
  "sync-core": [],
  contracts: ["sync-core"],
  platform: ["contracts"],
  ams: ["platform", "sync-core"],
  "connector-kit": ["ams", "contracts", "platform", "sync-core"],
  testing: [],
};

/** Specs, and a room's own helpers for them: not part of what is built. */
const SPEC = "[.]spec[.]ts$|^(?:apps|libs|tools)/[^/]+/src/testing/";
/** What stands in for the real thing: specs use it, and what itself is only for them. */
const STAND_INS =
  "^(?:apps|libs|tools)/[^/]+/src/testing/|^libs/connector-kit/src/memory/|[.]fixture[.]ts$";
const ROOM = "^((?:libs|apps|tools)/[^/]+)/";

const layers = Object.entries(LIBRARIES).map(([name, below]) => ({
  name: `${name}-imports-only-rooms-below`,
  comment: `libs/${name} may import ${below.join(", ") || "no other room"}.`,
  severity: "error",
  from: { path: `^libs/${name}/`, pathNot: SPEC },
  to: {
    path: "^(libs|apps|tools)/",
    pathNot: [name, ...below].map((room) => `^libs/${room}/`),
  },
}));

/** Nx builds in the order of the package.json files: they must tell the truth. */
const declared = ["libs", "apps", "tools"]
  .flatMap((group) => readdirSync(group).map((name) => `${group}/${name}`))
  .filter((room) => existsSync(`${room}/package.json`))
  .flatMap((room) => {
    const manifest = JSON.parse(readFileSync(`${room}/package.json`, "utf8"));
    const rule = (kind, from, packages) => ({
      name: `${room}-declares-its-${kind}`,
      comment: `Add the room to ${room}/package.json.`,
      severity: "error",
      from,
      to: {
        dependencyTypes: ["aliased-workspace"],
        pathNot: [
          `^${room}/`,
          ...Object.keys(packages)
            .filter((name) => name.startsWith("@ams-sync/"))
            .map((name) => `^[^/]+/${name.slice("@ams-sync/".length)}/`),
        ],
      },
    });
    return [
      rule(
        "rooms",
        { path: `^${room}/`, pathNot: SPEC },
        { ...manifest.dependencies },
      ),
      rule(
        "rooms-for-specs",
        { path: [`^${room}/.*[.]spec[.]ts$`, `^${room}/src/testing/`] },
        { ...manifest.dependencies, ...manifest.devDependencies },
      ),
    ];
  });

export default {
  forbidden: [
    ...layers,
    ...declared,
    {
      name: "no-cycles",
      comment: "Files that import each other cannot be understood one by one.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "core-is-pure",
      comment: "libs/sync-core imports its own files and zod, nothing else.",
      severity: "error",
      from: { path: "^libs/sync-core/", pathNot: SPEC },
      to: { pathNot: "^libs/sync-core/|^node_modules/zod/" },
    },
    {
      name: "apps-import-only-libraries",
      comment: "Services meet over the wire, not in code.",
      severity: "error",
      from: { path: "^(apps/[^/]+)/", pathNot: SPEC },
      to: {
        path: "^(libs|apps|tools)/",
        pathNot: ["^$1/", "^libs/(?!testing/)"],
      },
    },
    {
      name: "specs-import-no-other-app",
      comment: "A test over several services belongs into tools.",
      severity: "error",
      from: { path: "^(apps|libs)/([^/]+)/(src/testing/|.*[.]spec[.]ts$)" },
      to: { path: "^(apps|tools)/", pathNot: "^$1/$2/" },
    },
    {
      name: "rooms-meet-at-their-front-door",
      comment: "Another room is imported by its package name.",
      severity: "error",
      from: { path: ROOM },
      to: {
        path: "^(libs|apps|tools)/",
        pathNot: "^$1/",
        dependencyTypes: ["local"],
        dependencyTypesNot: ["aliased-workspace"],
      },
    },
    {
      name: "code-imports-no-spec",
      severity: "error",
      from: { pathNot: SPEC },
      to: { path: SPEC },
    },
    {
      name: "code-imports-no-stand-in",
      comment: "src/testing and connector-kit/memory are for specs only.",
      severity: "error",
      from: { path: ROOM, pathNot: [SPEC, STAND_INS, "^libs/testing/"] },
      to: { path: STAND_INS },
    },
    {
      name: "services-know-no-contract",
      comment: "connector-kit/contract is for specs and tools.",
      severity: "error",
      from: {
        path: "^(apps|libs)/",
        pathNot: [SPEC, "^libs/connector-kit/src/contract/"],
      },
      to: { path: "^libs/connector-kit/src/contract/" },
    },
    {
      name: "packages-are-declared",
      comment: "Add the package to the room's package.json.",
      severity: "error",
      from: { path: ROOM },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "code-needs-no-development-package",
      comment:
        "Only specs may import devDependencies, and what Vite makes files of.",
      severity: "error",
      from: {
        path: ROOM,
        pathNot: [
          SPEC,
          "^apps/console/(?:src/|vite[.]config[.]ts$|[^/]+[.]mjs$)",
        ],
      },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "every-import-resolves",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist/|^tools/[^/]+[.]mjs$" },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: [
        "@ams-sync/source",
        "import",
        "node",
        "types",
        "default",
      ],
      mainFields: ["module", "main", "types"],
    },
    cache: false,
  },
};
