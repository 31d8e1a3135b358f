import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { asking, IMMUTABLE } from "../../testing/graph-client.js";
import { Contract, contractFile, startGraph, type Graph } from "../index.js";

const content = (schema: object) => ({ "application/json": { schema } });
const PATH = "/users/{user-id}/contacts";

/** Of Graph's own kind, and small. */
const contract = (surname: string) =>
  new Contract({
    openapi: "3.0.3",
    paths: {
      [PATH]: {
        get: {
          parameters: [
            { $ref: "#/components/parameters/top" },
            { name: "$must", in: "query", required: false, schema: {} },
          ],
          responses: {
            200: { content: content({ type: "object" }) },
            "4XX": { $ref: "#/components/responses/error" },
          },
        },
        post: {
          requestBody: {
            content: content({
              type: "object",
              properties: { surname: { type: "string", nullable: true } },
            }),
          },
          responses: {
            201: {
              content: content({
                type: "object",
                properties: { surname: { type: surname } },
              }),
            },
            "4XX": { $ref: "#/components/responses/error" },
          },
        },
      },
    },
    components: {
      parameters: {
        top: { name: "$top", in: "query", schema: { type: "integer" } },
      },
      responses: {
        error: { content: content({ type: "object", required: ["error"] }) },
      },
    },
  });

let graph: Graph | undefined;
afterEach(async () => {
  graph?.problems.take();
  await graph?.stop();
  graph = undefined;
});

it("stands beside the project, where it stands at all", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ams-sync-contract-"));
  const room = join(dir, "project", "libs", "room");
  await mkdir(room, { recursive: true });
  await writeFile(join(dir, "project", "nx.json"), "{}");
  expect(contractFile(room)).toBeUndefined();
  const beside = join(dir, "shared", "contracts");
  await mkdir(beside, { recursive: true });
  const file = join(beside, "graph-v1.0-subset.json");
  await writeFile(file, "{}");
  expect(contractFile(room)).toBe(file);
  await rm(dir, { recursive: true });
});

const started = async (surname: string, strict: boolean) => {
  graph = await startGraph({ contract: contract(surname), strict });
  graph.mailbox("anna@makler.example");
  const ask = await asking(graph);
  const contacts = "/users/anna@makler.example/contacts";
  return { graph, ask, contacts };
};

it("finds no fault with what is as it must be", async () => {
  const { graph, ask, contacts } = await started("string", true);
  await ask("POST", contacts, { surname: "Muster" });
  await ask("GET", `${contacts}?$top=5`);
  expect(graph.problems.found).toEqual([]);
});

it("finds an answer that breaks the contract, in a batch too, and throws it at the end", async () => {
  const { graph, ask, contacts } = await started("integer", false);
  const headers = { "content-type": "application/json", prefer: IMMUTABLE };
  const body = { surname: "Muster" };
  const request = { id: "1", method: "POST", url: contacts, headers, body };
  await ask("POST", "/$batch", { requests: [request] });
  const problem = `answer 201 to POST ${PATH}: data/surname must be integer`;
  expect(graph.problems.found).toEqual([problem]);
  await expect(graph.stop()).rejects.toThrow(problem);
});

it.each([
  [
    "a body",
    "POST",
    "",
    { surname: 1 },
    `request POST ${PATH}: data/surname must be string`,
  ],
  [
    "a query option",
    "GET",
    "?$skip=1",
    undefined,
    `request GET ${PATH}: no query option '$skip'`,
  ],
  [
    "a number",
    "GET",
    "?$top=x",
    undefined,
    `request GET ${PATH}: '$top' is no whole number`,
  ],
  [
    "an address",
    "GET",
    "/delta",
    undefined,
    "GET /users/anna@makler.example/contacts/delta is not in the contract.",
  ],
])(
  "finds %s that breaks the contract",
  async (_what, method, at, body, problem) => {
    const { graph, ask, contacts } = await started("string", true);
    await ask(method, contacts + at, body);
    expect(graph.problems.found).toEqual([problem]);
  },
);

it("finds a request without immutable ids, and one that is not simulated", async () => {
  const { graph, ask, contacts } = await started("string", true);
  await ask("GET", contacts, undefined, { prefer: "" });
  expect(graph.problems.take()).toEqual([
    expect.stringContaining("without 'Prefer: IdType=\"ImmutableId\"'"),
  ]);
  await ask("GET", `${contacts}/x/extensions`);
  expect(graph.problems.found).toEqual(
    expect.arrayContaining([expect.stringContaining("not simulated")]),
  );
});
