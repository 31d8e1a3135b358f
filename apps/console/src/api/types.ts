import type { components, operations } from "../generated/settings.js";

type Schemas = components["schemas"];
type Ok<Id extends keyof operations> = operations[Id]["responses"] extends {
  200: { content: { "application/json": infer Body } };
}
  ? Body
  : never;
type Sent<Id extends keyof operations> = operations[Id] extends {
  requestBody: { content: { "application/json": infer Body } };
}
  ? Body
  : never;

export type Account = Schemas["Account"];
export type User = Schemas["User"];
export type Container = Schemas["Container"];
export type Verdict = Schemas["Verdict"];
export type AuditEntry = Schemas["AuditEntry"];
export type Me = Ok<"me">;
export type UserPage = Ok<"userPage">;
export type System = Account["system"];
export type NewAccount = Sent<"createAccount">;
export type ChangedAccount = Sent<"changeAccount">;
export type Login = Sent<"checkLogin">;
export type Offered = Ok<"checkLogin">;

export const STREAMS = ["appointments", "contacts"] as const;
/** One kind of an account. */
export type Stream = (typeof STREAMS)[number];
export const SYSTEMS = [
  "cloud",
  "outlook",
  "tobit",
  "google",
] as const satisfies readonly System[];
