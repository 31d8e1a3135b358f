export { startIssuer, type Issuer, type IssuerOptions } from "./issuer.js";
export type { IssuerUser } from "./user.js";
