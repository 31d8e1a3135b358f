// The process behind `startGraphProcess`: the simulator of Graph, so that its time and memory are not the product's.
import { startGraph, type Graph, type Seen } from "@ams-sync/testing/graph";
import type {
  GraphAnswer,
  GraphCounts,
  GraphQuestion,
  GraphReady,
  HeldContact,
  Numbered,
} from "./graph-messages.js";

const addresses = new Set<string>();

function answerTo(graph: Graph, question: GraphQuestion): Partial<GraphAnswer> {
  switch (question.ask) {
    case "mailboxes":
      for (const address of question.addresses) {
        graph.mailbox(address);
        addresses.add(address);
      }
      return {};
    case "counts":
      return { counts: countsOf(graph) };
    case "reset":
      graph.requests.clear();
      return {};
    case "contacts":
      return { contacts: contactsOf(graph, question.address) };
  }
}

/** The log holds the newest 20,000 operations: more than any part of the benchmark has. */
function countsOf(graph: Graph): GraphCounts {
  const operations = new Map<string, number>();
  for (const { at } of graph.requests.operations) {
    const [, name = ""] = /^\/users\/([^/?]+)/.exec(at) ?? [];
    const address = decodeURIComponent(name);
    operations.set(address, (operations.get(address) ?? 0) + 1);
  }
  const { http, throttled } = graph.requests;
  return {
    ...{ http, throttled },
    mailboxes: Object.fromEntries(
      [...addresses].map((address) => [
        address,
        {
          operations: operations.get(address) ?? 0,
          most: graph.load(address).most,
        },
      ]),
    ),
  };
}

const SENT = [
  ...["givenName", "surname", "displayName", "companyName", "profession"],
  ...["homeAddress", "businessAddress", "homePhones", "businessPhones"],
  ...["mobilePhone", "emailAddresses", "businessHomePage", "birthday"],
  "singleValueExtendedProperties",
];

const contactsOf = (graph: Graph, address: string): HeldContact[] =>
  graph
    .mailbox(address)
    .contacts.list()
    .map((contact) => ({
      folder: String(contact["parentFolderId"]),
      body: bodyOf(contact),
    }));

const bodyOf = (contact: Seen): Record<string, unknown> =>
  Object.fromEntries(
    SENT.flatMap((name) => {
      const value = contact[name];
      const empty =
        value === null ||
        value === undefined ||
        value === "" ||
        (typeof value === "object" && Object.keys(value).length === 0);
      return empty ? [] : [[name, value]];
    }),
  );

const graph = await startGraph({ latency: Number(process.argv[2]) });
process.on("message", (asked: Numbered<GraphQuestion>) => {
  const answer: GraphAnswer = {
    number: asked.number,
    ...answerTo(graph, asked),
  };
  process.send?.(answer);
});
// The terminal tells all of its processes to end: this one waits for whoever started it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => undefined);
// Whoever started it has ended, in order or not. What breaks Graph's contract ends with a number other than 0.
process.on("disconnect", () => {
  graph.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
const { url, authority, ca, tenant, app } = graph;
const ready: GraphReady = {
  ...{ url, authority, ca, tenant: tenant.id },
  ...{ clientId: app.clientId, secret: app.secret ?? "" },
};
process.send?.(ready);
