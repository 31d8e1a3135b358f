import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { CHECKOUT } from "@ams-sync/stack";
import { expect, test } from "vitest";

/** Every page of the project that a reader may be sent to. */
const pages = ["README.md", ...below("docs"), ...rooms()].filter((page) =>
  page.endsWith(".md"),
);

function below(folder: string): string[] {
  return readdirSync(join(CHECKOUT, folder), {
    recursive: true,
    encoding: "utf8",
  }).map((name) => join(folder, name));
}

function rooms(): string[] {
  const homes = ["apps", "libs", "tools"].flatMap((folder) =>
    readdirSync(join(CHECKOUT, folder)).map((name) => join(folder, name)),
  );
  return [...homes, "docker", "k8s"]
    .map((home) => join(home, "README.md"))
    .filter((page) => existsSync(join(CHECKOUT, page)));
}

const textOf = (page: string): string =>
  readFileSync(join(CHECKOUT, page), "utf8");

/** Links to files, and paths in code font that begin at the top of the checkout. */
function namedPaths(page: string): string[] {
  const text = textOf(page);
  const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => relative(CHECKOUT, join(CHECKOUT, dirname(page), link)));
  const paths = [
    ...text.matchAll(
      /`((?:apps|libs|tools|docs|docker|k8s)\/[\w./-]+\.(?:ts|mjs|md|proto|sh|yaml|json))`/g,
    ),
  ].map(([, path = ""]) => path);
  // Made by the build: there only after it.
  return [...links, ...paths].filter((path) => !path.includes("/dist/"));
}

test.each(pages)("%s names only files that are there", (page) => {
  const missing = namedPaths(page).filter(
    (path) => !existsSync(join(CHECKOUT, path)),
  );
  expect(missing).toEqual([]);
});

test("the way of one change is a walk of seven files", () => {
  const [, section = ""] = textOf("docs/ARCHITECTURE.md").split(
    "### Seven files",
  );
  const [walk = ""] = section.split("\n## ");
  const files = [...walk.matchAll(/^\d\. `([^`]+)`/gm)].map(
    ([, path = ""]) => path,
  );
  expect(new Set(files).size).toBe(7);
  expect(files.filter((path) => !existsSync(join(CHECKOUT, path)))).toEqual([]);
});
