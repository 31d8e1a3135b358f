import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

type Node = Readonly<Record<string, unknown>>;

/** Throws what is wrong with an OpenAPI document. */
export async function checkOpenApi(document: object): Promise<void> {
  const { valid, errors } = await new Validator().validate({ ...document });
  if (!valid)
    throw new Error(`This is no OpenAPI document: ${JSON.stringify(errors)}`);
}

export interface AnswerToCheck {
  readonly method: string;
  /** As in the document: "/api/accounts/{accountId}". */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly body: unknown;
}

/** Throws where an answer is not as its document says; OpenAPI 3.1 schemas are JSON Schema 2020-12. */
export function answerChecker(
  document: object,
): (answer: AnswerToCheck) => void {
  // OpenAPI has keywords of its own beside JSON Schema's.
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, "document");
  return ({ method, path, status, contentType, body }) => {
    const at = ["paths", path, method.toLowerCase(), "responses", `${status}`];
    const what = `${method} ${path} → ${status}`;
    const response = at.reduce<unknown>(
      (node, key) => (node as Node | undefined)?.[key],
      document,
    ) as { content?: Node } | undefined;
    if (response === undefined)
      throw new Error(`${what} is not in the document.`);
    if (response.content === undefined) return;
    const type = contentType?.split(";")[0] ?? "";
    if (response.content[type] === undefined)
      throw new Error(`${what} does not come as ${type}.`);
    const pointer = [...at, "content", type, "schema"]
      .map((key) => `/${escaped(key)}`)
      .join("");
    const validate = ajv.compile({ $ref: `document#${pointer}` });
    if (!validate(body))
      throw new Error(`${what}: ${ajv.errorsText(validate.errors)}`);
  };
}

const escaped = (key: string): string =>
  encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
