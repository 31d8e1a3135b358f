import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** Sources name each other as they will be called when they are built. */
const BUILT_NAMES = `import { registerHooks } from "node:module";
registerHooks({
  resolve: (name, context, next) =>
    next(name.replace(/^(\\..*)\\.js$/, "$1.ts"), context),
});`;

/**
 * Node's arguments to run a program of this folder in a process of its own:
 * what was built, or in tests the source, whose types Node strips.
 */
export function nodeProgram(name: string): string[] {
  const extension = extname(fileURLToPath(import.meta.url));
  const program = fileURLToPath(
    new URL(`./${name}${extension}`, import.meta.url),
  );
  return extension === ".ts"
    ? [
        "--import",
        `data:text/javascript,${encodeURIComponent(BUILT_NAMES)}`,
        program,
      ]
    : [program];
}
