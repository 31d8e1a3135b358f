import type { CredentialVault } from "../credential-vault.js";
import type { LoginCheck } from "../logins/login-check.js";
import type { AccountService } from "./account-service.js";
import type { AddressRules } from "./address.js";
import type { People } from "./people.js";
import type { DataSource } from "typeorm";

/** Injection token of what the controllers share. */
export const PARTS = Symbol("parts of the REST API");

export interface Parts {
  readonly dataSource: DataSource;
  readonly vault: CredentialVault;
  readonly people: People;
  readonly logins: LoginCheck;
  readonly accounts: AccountService;
  readonly rules: AddressRules;
  /** What the console is told before anybody has signed in. */
  readonly signIn: {
    readonly issuer: string;
    readonly clientId: string;
    readonly scope: string;
    readonly audience: string;
  };
}

export const PREFIX = "api/v1/settings";
