/**
 * Rules that oxlint does not bring. The first: code that must be deterministic reads
 * neither a clock nor a source of chance; its caller hands them in.
 */
const AMBIENT = new Map([
  ["Date.now", "the clock"],
  ["performance.now", "the clock"],
  ["Temporal.Now", "the clock"],
  ["process.hrtime", "the clock"],
  ["process.env", "the environment"],
  ["Math.random", "chance"],
  ["crypto.randomUUID", "chance"],
  ["crypto.getRandomValues", "chance"],
]);

const ALIASED = new Set(["Date", "Math", "Intl", "crypto", "performance"]);

const deterministic = {
  meta: { type: "problem", docs: { description: "No clock and no chance." } },
  create(context) {
    const report = (node, text, what) =>
      context.report({
        node,
        message: `${text} reads ${what}. Let the caller hand it in.`,
      });
    const clockless = (node) => {
      if (node.callee.type === "Identifier" && node.callee.name === "Date")
        if (node.type === "CallExpression" || node.arguments.length === 0)
          report(node, "Date without an argument", "the clock");
    };
    /** `const { random } = Math`, `const M = Math`: what is done with it under another name nobody sees. */
    const alias = (node, value) => {
      if (value?.type === "Identifier" && ALIASED.has(value.name))
        report(
          node,
          `Another name for ${value.name}`,
          "what may be the clock or chance",
        );
    };
    return {
      VariableDeclarator: (node) => alias(node, node.init),
      AssignmentExpression: (node) => alias(node, node.right),
      NewExpression: clockless,
      CallExpression: clockless,
      MemberExpression(node) {
        const property = node.computed
          ? node.property.value
          : node.property.name;
        const object =
          node.object.type === "MemberExpression" && !node.object.computed
            ? node.object.property.name
            : node.object.name;
        const name = `${object}.${property}`;
        const what = AMBIENT.get(name);
        if (what !== undefined) report(node, name, what);
      },
    };
  },
};

/** What of tsdav asks nobody anything. */
const TSDAV_OFFLINE = new Set(["getDAVAttribute", "DAVNamespace"]);

/**
 * tsdav's functions send with the global `fetch`, past the guard of what users type, unless they are handed another one;
 * its clients are handed none here. So a function is called at once and with a `fetch` (`no-restricted-globals` sees to it
 * that it is not the global one), and nothing else is done with it.
 */
const tsdavWithOurFetch = {
  meta: { type: "problem", docs: { description: "tsdav sends over ours." } },
  create(context) {
    const report = (node) =>
      context.report({
        node,
        message:
          "tsdav goes out past the guard. Call its functions with a fetch of transportOver.",
      });
    const functions = new Set();
    const isHandedOurs = (node, call = node.parent) =>
      call?.type === "CallExpression" &&
      call.callee === node &&
      call.arguments[0]?.type === "ObjectExpression" &&
      call.arguments[0].properties.some(({ key }) => key?.name === "fetch");
    return {
      ImportDeclaration(node) {
        if (node.source.value !== "tsdav" || node.importKind === "type") return;
        for (const specifier of node.specifiers) {
          if (specifier.importKind === "type") continue;
          if (specifier.type !== "ImportSpecifier") report(specifier);
          else if (!TSDAV_OFFLINE.has(specifier.imported.name))
            functions.add(specifier.local.name);
        }
      },
      ExportNamedDeclaration(node) {
        if (node.source?.value === "tsdav") report(node);
      },
      ExportAllDeclaration(node) {
        if (node.source.value === "tsdav") report(node);
      },
      ImportExpression(node) {
        if (node.source.value === "tsdav") report(node);
      },
      Identifier(node) {
        if (!functions.has(node.name)) return;
        if (node.parent?.type === "ImportSpecifier") return;
        if (!isHandedOurs(node)) report(node);
      },
    };
  },
};

export default {
  meta: { name: "ams-sync" },
  rules: {
    deterministic,
    "tsdav-with-our-fetch": tsdavWithOurFetch,
  },
};
