/** Somebody who can sign in. */
export interface IssuerUser {
  /** What they type; unique. */
  readonly login: string;
  readonly name: string;
  /** Missing: a hoster who is nobody's user. */
  readonly tenantId?: string;
  readonly userId?: string;
  readonly roles?: readonly string[];
}
