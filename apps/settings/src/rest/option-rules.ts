import { directory, RIGHTS, type AmsPerson } from "@ams-sync/ams";
import { invalid, type FieldError } from "@ams-sync/platform/rest";
import type { System } from "@ams-sync/sync-core";
import type { Offers } from "../logins/login-check.js";
import type { People } from "./people.js";
import type { ChangedAccount } from "./schemas.js";
import { hasFolders, hasOwners } from "./wire.js";

type Options = Pick<ChangedAccount, "contacts" | "appointments">;

/**
 * What of the options depends on the system and on ams as it is now.
 * @param stored users whose appointments were chosen before
 * @throws Problem 422
 */
export async function checkOptions(
  people: People,
  tenantId: string,
  user: AmsPerson,
  system: System,
  options: Options,
  stored: readonly string[],
): Promise<void> {
  const errors = [
    ...ofOtherSystems(system, options),
    ...(await ownersErrors(people, tenantId, user, options, stored)),
    ...(await agentErrors(people, tenantId, options)),
  ];
  if (errors.length > 0) throw invalid(errors);
}

const NOT_HERE = {
  code: "unknown-key",
  text: {
    de: "Diese Angabe gibt es bei diesem System nicht.",
    en: "This system has no such option.",
  },
};

function ofOtherSystems(
  system: System,
  { contacts, appointments }: Options,
): FieldError[] {
  const errors: FieldError[] = [];
  if (contacts?.folders && !hasFolders(system))
    errors.push({ pointer: "/contacts/folders", ...NOT_HERE });
  if (appointments?.owners && !hasOwners(system))
    errors.push({ pointer: "/appointments/owners", ...NOT_HERE });
  return errors;
}

/**
 * R14, R15: others' appointments need the right, of the user whose account it is, and the same department. Who was chosen
 * while that was so stays chosen, and is sent again once it is: else nothing could be saved any more.
 */
async function ownersErrors(
  people: People,
  tenantId: string,
  user: AmsPerson,
  { appointments }: Options,
  stored: readonly string[],
): Promise<FieldError[]> {
  const owners = appointments?.owners ?? [];
  const kept = new Set([user.userId, ...stored]);
  if (owners.every((owner) => kept.has(owner))) return [];
  if (!user.rights.includes(RIGHTS.departmentAppointments))
    return [
      {
        pointer: "/appointments/owners",
        code: "right-missing",
        text: {
          de: "Diesem Benutzer fehlt das Recht, Termine derselben Abteilung zu sehen.",
          en: "This user lacks the right to see appointments of the same department.",
        },
      },
    ];
  const colleagues = await people.colleagues(tenantId, user);
  const known = new Set([user, ...colleagues].map(({ userId }) => userId));
  return owners.flatMap((owner, index) =>
    known.has(owner) || kept.has(owner)
      ? []
      : [
          {
            pointer: `/appointments/owners/${index}`,
            code: "not-same-department",
            text: {
              de: "Dieser Benutzer gehört nicht zur selben Abteilung.",
              en: "This user does not belong to the same department.",
            },
          },
        ],
  );
}

async function agentErrors(
  people: People,
  tenantId: string,
  { contacts }: Options,
): Promise<FieldError[]> {
  const agentId = contacts?.agentId;
  if (!agentId) return [];
  const known = await people.in(tenantId, (manager) =>
    directory.hasAgent(manager, agentId),
  );
  return known === true
    ? []
    : [
        {
          pointer: "/contacts/agentId",
          code: "unknown-agent",
          text: {
            de: "Diesen Vermittler gibt es in ams nicht.",
            en: "There is no such agent in ams.",
          },
        },
      ];
}

/** What was chosen must be there. @throws Problem 422 */
export function checkPlaces(offers: Offers, options: Options): void {
  const errors = (["contacts", "appointments"] as const).flatMap((stream) => {
    const chosen = options[stream];
    if (!chosen) return [];
    const places = offers[stream];
    if (places === undefined)
      return [{ pointer: `/${stream}`, ...NOT_OFFERED }];
    const { container } = chosen;
    return container === null ||
      places.some((one) => same(one.address, container))
      ? []
      : [{ pointer: `/${stream}/container`, ...NOT_THERE }];
  });
  if (errors.length > 0) throw invalid(errors);
}

/** Servers write the same address with and without percent signs and a slash at the end. */
const same = (one: string, other: string): boolean =>
  plain(one) === plain(other);
const plain = (path: string): string => {
  const text = path.replace(/\/$/, "");
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const NOT_OFFERED = {
  code: "not-offered",
  text: {
    de: "Dieser Server bietet das für diese Anmeldung nicht an.",
    en: "This server does not offer this to the login.",
  },
};
const NOT_THERE = {
  code: "not-there",
  text: {
    de: "Dieser Ordner ist dort nicht (mehr) vorhanden. Bitte wählen Sie neu.",
    en: "This folder is not there (any more). Please choose again.",
  },
};
