import type { FieldPath, UseFormSetError } from "react-hook-form";
import type { ApiProblem } from "../api/problem.js";
import type { AccountForm } from "./form.js";

type Path = FieldPath<AccountForm>;

/** Each pointer of a body (RFC 6901) that has a field, and the field that shows what is wrong there. */
const FIELDS: Readonly<Record<string, Path>> = {
  "/serverUrl": "serverUrl",
  "/username": "username",
  "/password": "password",
  "/policy": "policy",
  "/contacts": "contacts.on",
  "/contacts/customers": "contacts.customers",
  "/contacts/agentId": "contacts.agentId",
  "/contacts/tags": "contacts.tags",
  "/contacts/editedSince": "contacts.editedSince",
  "/contacts/container": "contacts.container",
  "/contacts/folders/companies": "contacts.companiesContainer",
  "/contacts/folders/agents": "contacts.agentsContainer",
  "/appointments": "appointments.on",
  "/appointments/maxAgeDays": "appointments.maxAgeDays",
  "/appointments/editedSince": "appointments.editedSince",
  "/appointments/container": "appointments.container",
  "/appointments/owners": "appointments.owners",
};

/** `/contacts/tags/3` is shown at the tags. */
export function fieldOf(pointer: string): Path | undefined {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const field = FIELDS[at];
    if (field !== undefined) return field;
  }
  return undefined;
}

/** Puts what the service found wrong at its fields; gives what has none. */
export function showAtFields(
  { told }: ApiProblem,
  setError: UseFormSetError<AccountForm>,
): readonly string[] {
  const without: string[] = [];
  let first = true;
  for (const { pointer, detail } of told.errors ?? []) {
    const field = fieldOf(pointer);
    if (field === undefined) without.push(detail);
    else
      setError(
        field,
        { type: "told", message: detail },
        { shouldFocus: first },
      );
    first &&= field === undefined;
  }
  return without;
}
