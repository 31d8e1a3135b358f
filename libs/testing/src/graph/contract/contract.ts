import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import { isObject, type Json } from "../odata/edm.js";

/** One operation and its answer, as both are judged. */
export interface Exchange {
  readonly method: string;
  /** Decoded segments after the version. */
  readonly path: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: { readonly type?: string };
}

interface Found {
  /** As the document spells it. */
  readonly path: string;
  readonly operation: Json;
}

const escaped = (key: string): string =>
  encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));

/** An OpenAPI 3.0 document that requests and answers are held against. */
export class Contract {
  readonly #ajv = new Ajv({ strict: false, allErrors: true });
  readonly #compiled = new Map<string, ValidateFunction>();
  readonly #templates: readonly { path: string; segments: string[] }[];

  constructor(readonly document: Json) {
    formats.default(this.#ajv);
    this.#ajv.addSchema(document, "contract");
    const weight = (segments: readonly string[]): number =>
      segments.filter((segment) => segment.startsWith("{")).length;
    this.#templates = Object.keys(document["paths"] as Json)
      .map((path) => ({ path, segments: path.split("/").slice(1) }))
      .toSorted((a, b) => weight(a.segments) - weight(b.segments));
  }

  static read(file: string): Contract {
    return new Contract(JSON.parse(readFileSync(file, "utf8")) as Json);
  }

  /** What is wrong with a request; nothing: []. */
  request(exchange: Exchange): string[] {
    const { method, path, query, body } = exchange;
    const found = this.#find(method, path);
    if (found === undefined)
      return [`${method} /${path.join("/")} is not in the contract.`];
    const what = `${method} ${found.path}`;
    const wrong = this.#queryProblems(found, query);
    const schema = ["requestBody", "content", "application/json", "schema"];
    if (this.#read([...at(found, method), ...schema]) !== undefined)
      wrong.push(...this.#judge([...at(found, method), ...schema], body));
    else if (body !== undefined) wrong.push("a body that is not foreseen");
    return wrong.map((one) => `request ${what}: ${one}`);
  }

  answer(exchange: Exchange): string[] {
    const { method, path, status, answer } = exchange;
    const found = this.#find(method, path);
    // Refused for its address: there is nothing to hold it against.
    if (found === undefined) return [];
    const what = `answer ${status} to ${method} ${found.path}`;
    const responses = [...at(found, method), "responses"];
    const key = [`${status}`, `${Math.floor(status / 100)}XX`].find(
      (one) => this.#read([...responses, one]) !== undefined,
    );
    if (key === undefined) return [`${what}: no such status`];
    const response = this.#read([...responses, key]) as Json;
    const place =
      typeof response["$ref"] === "string"
        ? response["$ref"].split("/").slice(1)
        : [...responses, key];
    const schema = [...place, "content", "application/json", "schema"];
    if (this.#read(schema) === undefined)
      return answer === undefined
        ? []
        : [`${what}: a body that is not foreseen`];
    return this.#judge(schema, answer).map((one) => `${what}: ${one}`);
  }

  /** @param name of a schema among the document's components */
  component(name: string, value: unknown): string[] {
    const place = ["components", "schemas", name];
    if (this.#read(place) === undefined) return [];
    return this.#judge(place, value).map((one) => `${name}: ${one}`);
  }

  #find(method: string, path: readonly string[]): Found | undefined {
    const fits = this.#templates.find(
      ({ path: template, segments }) =>
        segments.length === path.length &&
        segments.every((one, n) => one.startsWith("{") || one === path[n]) &&
        this.#read(["paths", template, method.toLowerCase()]) !== undefined,
    );
    return (
      fits && {
        path: fits.path,
        operation: this.#read([
          "paths",
          fits.path,
          method.toLowerCase(),
        ]) as Json,
      }
    );
  }

  #queryProblems(
    { operation }: Found,
    query: ReadonlyMap<string, string>,
  ): string[] {
    const parameters = ((operation["parameters"] as Json[] | undefined) ?? [])
      .map((one) =>
        typeof one["$ref"] === "string"
          ? this.#read(one["$ref"].split("/").slice(1))
          : one,
      )
      .map((one) => one as Parameter)
      .filter((one) => one.in === "query");
    const known = new Map(parameters.map((one) => [one.name, one]));
    return [
      ...[...query].flatMap(([name, value]) => {
        const type = known.get(name)?.schema?.type;
        if (!known.has(name)) return [`no query option '${name}'`];
        if (type === "integer" && !/^\d+$/.test(value))
          return [`'${name}' is no whole number`];
        if (type === "boolean" && !/^(true|false)$/.test(value))
          return [`'${name}' is neither true nor false`];
        return [];
      }),
      ...parameters.flatMap((one) =>
        one.required && !query.has(one.name)
          ? [`'${one.name}' is missing`]
          : [],
      ),
    ];
  }

  #read(place: readonly string[]): unknown {
    return place.reduce<unknown>(
      (node, key) => (isObject(node) ? node[key] : undefined),
      this.document,
    );
  }

  #judge(place: readonly string[], value: unknown): string[] {
    const pointer = place.map((key) => `/${escaped(key)}`).join("");
    const validate =
      this.#compiled.get(pointer) ??
      this.#ajv.compile({ $ref: `contract#${pointer}` });
    this.#compiled.set(pointer, validate);
    return validate(value) ? [] : [this.#ajv.errorsText(validate.errors)];
  }
}

const at = ({ path }: Found, method: string): string[] => [
  ...["paths", path, method.toLowerCase()],
];
