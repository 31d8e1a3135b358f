import { randomUUID } from "node:crypto";
import type { GraphClock } from "../clock.js";
import { Mailbox } from "../mailbox/mailbox.js";

export interface MailboxSettings {
  readonly id?: string;
  /** Windows name. */
  readonly timeZone?: string;
  readonly licensed?: boolean;
}

export interface AppSettings {
  readonly clientId?: string;
  readonly secret?: string;
  /** PEM of the certificate (its public part) that assertions are signed for. */
  readonly certificate?: string;
  /** Application permissions that an administrator consented to. */
  readonly roles?: readonly string[];
  /** Delegated permissions that users may consent to. */
  readonly scopes?: readonly string[];
  readonly redirectUris?: readonly string[];
  /** RBAC for Applications: the mailboxes that it may reach, by address. Absent: all. */
  readonly mailboxes?: readonly string[];
}

/** An app as a tenant knows it. */
export class App {
  readonly clientId: string;
  secret: string | undefined;
  certificate: string | undefined;
  roles: readonly string[];
  scopes: readonly string[];
  redirectUris: readonly string[];
  mailboxes: readonly string[] | undefined;
  /** Users who have withdrawn what they allowed, by address; "*": the administrator has, for all. */
  readonly revoked = new Set<string>();

  constructor(settings: AppSettings) {
    this.clientId = settings.clientId ?? randomUUID();
    this.secret = settings.secret;
    this.certificate = settings.certificate;
    this.roles = settings.roles ?? DEFAULT_ROLES;
    this.scopes = settings.scopes ?? DEFAULT_SCOPES;
    this.redirectUris = settings.redirectUris ?? [];
    this.mailboxes = settings.mailboxes;
  }
}

const DEFAULT_ROLES = [
  "Contacts.ReadWrite",
  "Calendars.ReadWrite",
  "MailboxSettings.Read",
];
const DEFAULT_SCOPES = [
  ...DEFAULT_ROLES,
  ...["User.Read", "offline_access", "openid", "profile"],
];

/** A Microsoft 365 tenant: its mailboxes and the apps it knows. */
export class Tenant {
  readonly id: string;
  readonly mailboxes = new Map<string, Mailbox>();
  readonly apps = new Map<string, App>();

  constructor(
    readonly clock: GraphClock,
    id: string = randomUUID(),
  ) {
    this.id = id;
  }

  register(settings: AppSettings = {}): App {
    const app = new App(settings);
    this.apps.set(app.clientId, app);
    return app;
  }

  addMailbox(address: string, settings: MailboxSettings = {}): Mailbox {
    const mailbox = new Mailbox({
      id: settings.id ?? randomUUID(),
      address,
      timeZone: settings.timeZone ?? "W. Europe Standard Time",
      clock: this.clock,
    });
    mailbox.licensed = settings.licensed ?? true;
    this.mailboxes.set(address.toLowerCase(), mailbox);
    return mailbox;
  }

  /** By address or object id. */
  mailbox(name: string): Mailbox | undefined {
    return (
      this.mailboxes.get(name.toLowerCase()) ??
      [...this.mailboxes.values()].find((one) => one.id === name)
    );
  }
}
