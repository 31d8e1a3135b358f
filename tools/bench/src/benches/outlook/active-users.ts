import type { ContactsOffice } from "../../sync/contacts-office.js";

/** Places, in the brokerage's list, of those who have not left it. */
export const activeUsers = ({
  brokerage,
}: Pick<ContactsOffice, "brokerage">): readonly number[] =>
  brokerage.users.flatMap(({ active }, index) => (active ? [index] : []));
