/**
 * The rule that oxlint does not bring: code that must be deterministic reads
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

export default { meta: { name: "ams-sync" }, rules: { deterministic } };
