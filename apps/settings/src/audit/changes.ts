import { conflictPolicyFromWire, type Account } from "@ams-sync/contracts";

/** One value of an account's options, as the REST API names it. */
export interface Change {
  /** JSON pointer */
  readonly pointer: string;
  readonly from: unknown;
  readonly to: unknown;
}

type Values = Readonly<Record<string, unknown>>;

/** What was changed from what to what. Of a password only that there is a new one. */
export const changesBetween = (
  before: Account | undefined,
  after: Account,
  newPassword: boolean,
): readonly Change[] => {
  const was = before === undefined ? {} : valuesOf(before);
  const is = valuesOf(after);
  const pointers = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changes = pointers
    .map((pointer) => ({
      pointer,
      from: was[pointer] ?? null,
      to: is[pointer] ?? null,
    }))
    .filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to));
  return newPassword
    ? [...changes, { pointer: "/password", from: null, to: null }]
    : changes;
};

const valuesOf = (account: Account): Values => ({
  "/serverUrl": account.serverUrl,
  "/username": account.username,
  "/policy": conflictPolicyFromWire(account.policy),
  "/contacts": account.contacts ? "on" : "off",
  "/appointments": account.appointments ? "on" : "off",
  ...below("/contacts", account.contacts),
  ...below("/appointments", account.appointments),
});

const below = (pointer: string, options: object | undefined): Values =>
  Object.fromEntries(
    Object.entries(options ?? {}).map(([name, value]) => [
      `${pointer}/${name}`,
      value,
    ]),
  );
