import { filterRefused } from "../http/refusal.js";
import { isObject, type Json } from "./edm.js";
import { tokensOf, type Token } from "./filter-tokens.js";

export type Test = (entity: Json) => boolean;
type Value = (scope: Scope) => unknown;
type Condition = (scope: Scope) => boolean;
/** Names of lambda variables lead to their elements; everything else to the entity. */
interface Scope {
  readonly entity: Json;
  readonly variable?: string;
  readonly element?: unknown;
  readonly outer?: Scope;
}

export interface FilterRules {
  /** Throws for a property that may not be filtered by. */
  readonly allow: (path: string) => void;
  /** Extended properties are the same under several spellings. */
  readonly literalOf?: (path: string, value: unknown) => unknown;
}

const COMPARE: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  gt: (a, b) => less(b, a),
  lt: (a, b) => less(a, b),
  ge: (a, b) => a === b || less(b, a),
  le: (a, b) => a === b || less(a, b),
};

const FUNCTIONS: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  startswith: (a, b) => a.startsWith(b),
  endswith: (a, b) => a.endsWith(b),
  contains: (a, b) => a.includes(b),
};

const less = (a: unknown, b: unknown): boolean => {
  if (a === null || a === undefined || b === null || b === undefined)
    return false;
  return typeof a === "number" && typeof b === "number"
    ? a < b
    : String(a) < String(b);
};

/** Exchange compares texts without case. */
const folded = (value: unknown): unknown =>
  typeof value === "string" ? value.toLowerCase() : (value ?? null);

class Parser {
  #at = 0;
  readonly #variables = new Map<string, string>();

  constructor(
    readonly tokens: readonly Token[],
    readonly rules: FilterRules,
  ) {}

  whole(): Condition {
    const condition = this.#or();
    if (this.#at < this.tokens.length) throw this.#error();
    return condition;
  }

  #error(): Error {
    const token = this.tokens[this.#at];
    return filterRefused(
      token === undefined
        ? "Invalid filter clause: it ends too early."
        : `Invalid filter clause: '${token.text.slice(0, 100)}' was not expected.`,
    );
  }

  #take(text?: string): Token {
    const token = this.tokens[this.#at];
    if (token === undefined || (text !== undefined && token.text !== text))
      throw this.#error();
    this.#at += 1;
    return token;
  }

  #next(text: string): boolean {
    const found = this.tokens[this.#at]?.text === text;
    if (found) this.#at += 1;
    return found;
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#next("or")) {
      const [a, b] = [left, this.#and()];
      left = (scope) => a(scope) || b(scope);
    }
    return left;
  }

  #and(): Condition {
    let left = this.#not();
    while (this.#next("and")) {
      const [a, b] = [left, this.#not()];
      left = (scope) => a(scope) && b(scope);
    }
    return left;
  }

  #not(): Condition {
    if (!this.#next("not")) return this.#one();
    const inner = this.#one();
    return (scope) => !inner(scope);
  }

  #one(): Condition {
    if (this.#next("(")) {
      const inner = this.#or();
      this.#take(")");
      return inner;
    }
    const name = this.tokens[this.#at]?.text ?? "";
    const call = FUNCTIONS[name];
    if (call !== undefined && this.tokens[this.#at + 1]?.text === "(")
      return this.#call(call);
    return this.#comparison();
  }

  #call(test: (a: string, b: string) => boolean): Condition {
    this.#take();
    this.#take("(");
    const { value, path } = this.#path();
    this.#take(",");
    const wanted = this.#literal(path);
    this.#take(")");
    return (scope) => {
      const found = folded(value(scope));
      return typeof found === "string" && test(found, String(wanted));
    };
  }

  #comparison(): Condition {
    const { value, path, segments } = this.#path();
    const last = segments.at(-1)?.toLowerCase();
    if (last === "any" && this.#next("(")) return this.#any(segments);
    const compare = COMPARE[this.#take().text];
    if (compare === undefined) {
      this.#at -= 1;
      throw this.#error();
    }
    const wanted = this.#literal(path);
    return (scope) => compare(folded(value(scope)), wanted);
  }

  /** `list/any(x: …)` */
  #any(segments: readonly string[]): Condition {
    const list = segments.slice(0, -1);
    const variable = this.#take().text;
    this.#take(":");
    this.#variables.set(variable, list.join("/"));
    const inner = this.#or();
    this.#variables.delete(variable);
    this.#take(")");
    return (scope) => {
      const found = read(list, scope);
      return (
        Array.isArray(found) &&
        found.some((element) =>
          inner({ entity: scope.entity, variable, element, outer: scope }),
        )
      );
    };
  }

  #literal(path: string): unknown {
    const token = this.#take();
    if (token.kind !== "literal") {
      this.#at -= 1;
      throw this.#error();
    }
    return folded(this.rules.literalOf?.(path, token.value) ?? token.value);
  }

  #path(): { value: Value; path: string; segments: readonly string[] } {
    const first = this.#take();
    if (first.kind !== "word") {
      this.#at -= 1;
      throw this.#error();
    }
    const segments = [first.text];
    while (this.#next("/")) segments.push(this.#take().text);
    const from = this.#variables.get(first.text);
    const names = from === undefined ? segments : segments.slice(1);
    const path = [from, ...names].filter(Boolean).join("/");
    this.rules.allow(path);
    return { value: (scope) => read(segments, scope), path, segments };
  }
}

function start(first: string, scope: Scope): unknown {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer)
    if (at.variable === first) return at.element;
  return scope.entity[first];
}

function read(segments: readonly string[], scope: Scope): unknown {
  let value = start(segments[0] ?? "", scope);
  for (let n = 1; n < segments.length; n += 1)
    value = isObject(value) ? value[segments[n] ?? ""] : undefined;
  return value;
}

/** The part of OData's $filter that Graph's users of contacts and events need; everything else is refused. */
export function filterOf(filter: string, rules: FilterRules): Test {
  const condition = new Parser(tokensOf(filter), rules).whole();
  return (entity) => condition({ entity });
}
