import { z } from "zod";
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from "zod-openapi";
import type { EndpointSpec } from "./endpoint-spec.js";
import { ENDPOINT } from "./parts.js";
import { PROBLEMS, type ProblemKind } from "./problem.js";

export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string(),
          code: z.string(),
          detail: z.string(),
        }),
      )
      .optional(),
    missingRights: z
      .array(z.object({ code: z.string(), name: z.string() }))
      .optional(),
    failure: z.string().optional(),
    retryAfterSeconds: z.int().optional(),
    accountId: z.guid().optional(),
    system: z.string().optional(),
  })
  .meta({ id: "Problem", description: "RFC 9457" });

export interface Described {
  readonly path: string;
  readonly spec: EndpointSpec;
}

type Handlers = Readonly<Record<string, unknown>>;

/** The endpoints of controllers, with their whole paths as OpenAPI writes them. */
export const endpointsOf = (
  prefix: string,
  controllers: readonly { readonly prototype: object }[],
): readonly Described[] =>
  controllers.flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = (prototype as Handlers)[name];
      if (typeof handler !== "function") return [];
      const spec = Reflect.getMetadata(ENDPOINT, handler) as
        EndpointSpec | undefined;
      if (spec === undefined) return [];
      const path = `/${prefix}/${spec.path.replace(/:(\w+)/g, "{$1}")}`;
      return [{ path, spec }];
    }),
  );

/** OpenAPI 3.1 of these endpoints. */
export const openApiOf = (
  title: string,
  endpoints: readonly Described[],
): object => {
  const paths: Record<string, ZodOpenApiPathsObject[string]> = {};
  for (const { path, spec } of endpoints)
    paths[path] = { ...paths[path], [spec.method]: operationOf(spec) };
  return createDocument({
    openapi: "3.1.0",
    info: { title, version: "1" },
    servers: [{ url: "/" }],
    paths,
    components: {
      securitySchemes: {
        person: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      },
    },
  });
};

const operationOf = (spec: EndpointSpec): ZodOpenApiOperationObject => ({
  operationId: spec.id,
  summary: spec.summary,
  security: spec.who === "open" ? [] : [{ person: [] }],
  ...(typeof spec.who === "object" && {
    description: `Needs ${spec.who.join(" and ")}.`,
  }),
  requestParams: {
    ...(spec.params && { path: spec.params }),
    ...(spec.query && { query: spec.query }),
    ...(spec.version === "needed" && {
      header: z.object({ "if-match": z.string() }),
    }),
  },
  ...(spec.body && {
    requestBody: {
      required: true,
      content: { "application/json": { schema: spec.body } },
    },
  }),
  responses: {
    [`${spec.status ?? 200}`]: {
      description: spec.summary,
      ...(spec.answer && {
        content: { "application/json": { schema: spec.answer } },
      }),
      ...(spec.events && { content: eventsOf(spec.events) }),
      ...(spec.version && { headers: z.object({ etag: z.string() }) }),
    },
    ...Object.fromEntries(
      [...statusesOf(spec)].map(([status, kinds]) => [
        String(status),
        {
          description: kinds.join(", "),
          content: { "application/problem+json": { schema: problemSchema } },
        },
      ]),
    ),
  },
});

/** OpenAPI 3.1 has no words for a sequence: the schema is that of each event of it. */
const eventsOf = (events: NonNullable<EndpointSpec["events"]>) => ({
  "text/event-stream": {
    schema: z
      .union(
        Object.entries(events).map(([name, data]) =>
          z.object({ event: z.literal(name), data }),
        ),
      )
      .meta({ description: "One server-sent event of many." }),
  },
});

const statusesOf = (spec: EndpointSpec): Map<number, ProblemKind[]> => {
  const kinds: ProblemKind[] = ["internal", ...(spec.problems ?? [])];
  if (spec.who !== "open")
    kinds.push("no-token", "bad-token", "issuer-away", "missing-right");
  if (typeof spec.who === "object") kinds.push("not-a-user", "ams-away");
  if (spec.params) kinds.push("not-found");
  if (spec.query) kinds.push("bad-request");
  // Also where no body is wanted: one that cannot be read is refused before anybody looks.
  if (spec.method !== "get")
    kinds.push("bad-request", "too-large", "wrong-media-type");
  if (spec.body) kinds.push("invalid");
  if (spec.version === "needed") kinds.push("version-missing", "version-moved");
  const statuses = new Map<number, ProblemKind[]>();
  for (const kind of new Set(kinds))
    statuses.set(PROBLEMS[kind], [
      ...(statuses.get(PROBLEMS[kind]) ?? []),
      kind,
    ]);
  return statuses;
};
