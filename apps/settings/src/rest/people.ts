import {
  AmsUnreachable,
  directory,
  RIGHTS,
  SYNCHRONISATION,
  goneRecords,
  visibleRecords,
  type AmsDirectory,
  type AmsMailboxes,
  type AmsPerson,
  type Asking,
  type RecordKey,
} from "@ams-sync/ams";
import { Problem, notFound } from "@ams-sync/platform/rest";
import type { Person } from "@ams-sync/platform/sign-in";
import type { EntityManager } from "typeorm";

/** R11, R12: for everything on the page Synchronisation. */
export const BOTH = SYNCHRONISATION;

/** R15 */
export const askingOf = ({
  userId,
  departmentId,
  rights,
}: AmsPerson): Asking => ({
  userId,
  departmentId: rights.includes(RIGHTS.departmentAppointments)
    ? departmentId
    : null,
});

/** ams as it is now; nothing of it is kept. */
export class People {
  constructor(private readonly ams: AmsDirectory) {}

  /** Undefined: nobody who may log in. @throws AmsUnreachable */
  readonly rightsNow = async ({
    tenantId,
    userId,
  }: Person): Promise<ReadonlySet<string> | undefined> => {
    const found = await this.ams.inTenant(tenantId, (manager) =>
      directory.person(manager, userId),
    );
    return found?.active === true ? new Set(found.rights) : undefined;
  };

  /** Undefined: no ams database knows the tenant. @throws AmsUnreachable */
  readonly mailboxes = (
    tenantId: string,
    userIds: readonly string[],
  ): Promise<AmsMailboxes | undefined> =>
    this.ams.inTenant(tenantId, (manager) =>
      directory.mailboxes(manager, userIds),
    );

  /** Who is nobody sees nothing, nor hears what is gone. @throws AmsUnreachable */
  readonly visible = async (
    { tenantId, userId }: Person,
    records: readonly RecordKey[],
  ): Promise<{
    readonly visible: readonly RecordKey[];
    readonly gone: readonly RecordKey[];
  }> => {
    const found = await this.ams.inTenant(tenantId, async (manager) => {
      const person = await directory.person(manager, userId);
      return person?.active === true
        ? {
            visible: await visibleRecords(manager, records, askingOf(person)),
            gone: await goneRecords(manager, records),
          }
        : undefined;
    });
    return found ?? { visible: [], gone: [] };
  };

  /** @throws Problem `ams-away` */
  async in<T>(
    tenantId: string,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await this.ams.inTenant(tenantId, work);
    } catch (cause) {
      if (!(cause instanceof AmsUnreachable)) throw cause;
      throw new Problem("ams-away", {
        cause: cause.cause,
        detail: {
          de: "ams ist gerade nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.",
          en: "ams cannot be reached just now. Please try again in a moment.",
        },
      });
    }
  }

  find({ tenantId, userId }: Person): Promise<AmsPerson | undefined> {
    return this.in(tenantId, (manager) => directory.person(manager, userId));
  }

  /** @throws Problem `not-found` */
  async get(person: Person): Promise<AmsPerson> {
    const found = await this.find(person);
    if (found === undefined) throw notFound();
    return found;
  }

  /** Undefined: nobody who may log in. */
  async rightsOf(person: Person): Promise<ReadonlySet<string> | undefined> {
    const found = await this.find(person);
    return found?.active === true ? new Set(found.rights) : undefined;
  }

  colleagues(tenantId: string, person: AmsPerson): Promise<AmsPerson[]> {
    if (person.departmentId === null) return Promise.resolve([]);
    return this.in(tenantId, (manager) =>
      directory.colleagues(manager, person),
    ).then((found) => found ?? []);
  }
}
