import { changedAt } from "./changed-at.js";
import { isoDay } from "./days.js";
import { Dice } from "./dice.js";
import { FIRM_COLUMNS, makeFirm } from "./firms.js";
import { address, email, mobile, person, phone, webPage } from "./people.js";
import {
  SEQUENCE,
  type BrokeragePlan,
  type Cell,
  type Row,
  type TableRows,
} from "./plan.js";
import { PROFESSIONS, TAGS } from "./wording.js";

const COLUMNS = [
  "tenant_id",
  "customer_id",
  "customer_number",
  "kind",
  "status",
  "agent_id",
  "last_changed",
  "first_name",
  "last_name",
  "gender",
  "birth_date",
  ...FIRM_COLUMNS,
] as const;
type Column = (typeof COLUMNS)[number];
export type CustomerCells = { readonly [column in Column]?: Cell };

/** The first customers of every brokerage, so that the smallest one shows what names can be. */
const SHOWPIECES: readonly CustomerCells[] = [
  {
    first_name: "Jürgen",
    last_name: "Müller-Lüdenscheidt",
    gender: "male",
    birth_date: "1964-02-29",
    email: "juergen.mueller.luedenscheidt@post.example",
  },
  {
    first_name: "Prof. Dr. Ursula",
    last_name: "Freifrau von der Größe-Weiß",
    gender: "female",
    birth_date: "1948-02-29",
    email: "ursula.freifrau.von.der.groesse.weiss@online.example",
  },
  { first_name: null, last_name: "Öztürk", email: null, mobile: null },
];

/** Customers, then the broken ones. */
export function customerTable(
  plan: BrokeragePlan,
  broken: readonly CustomerCells[],
): TableRows {
  const dice = new Dice(plan.seed, SEQUENCE.customers);
  const rows = function* (): Generator<Row> {
    for (let index = 0; index < plan.customers + broken.length; index++) {
      const special =
        index < plan.customers
          ? SHOWPIECES[index]
          : broken[index - plan.customers];
      const commercial = dice.chance(15) && special === undefined;
      const head = customerHead(plan, dice, index + 1, commercial);
      yield commercial
        ? [...head, null, null, null, null, ...makeFirm(dice)]
        : overlaid([...head, ...privateCells(dice)], special);
    }
  };
  return { table: "customer", columns: COLUMNS, rows: rows() };
}

function customerHead(
  plan: BrokeragePlan,
  dice: Dice,
  id: number,
  commercial: boolean,
): Row {
  const prospect = dice.chance(12);
  return [
    plan.tenantId,
    id,
    // A prospect may not have a number yet.
    prospect ? dice.maybe(50, `I${100_000 + id}`) : `K${100_000 + id}`,
    commercial ? "commercial" : "private",
    prospect ? "prospect" : "customer",
    plan.agents > 0 ? dice.maybe(96, dice.between(1, plan.agents)) : null,
    changedAt(dice, plan.now),
  ];
}

function privateCells(dice: Dice): Row {
  const { sex, firstName, lastName } = person(dice);
  const at = address(dice);
  const born = birthDate(dice);
  const profession = dice.pick(PROFESSIONS[sex]);
  return [
    firstName,
    lastName,
    dice.chance(1) ? "diverse" : dice.maybe(95, sex),
    dice.maybe(90, born),
    null,
    at.street,
    at.country,
    at.postalCode,
    at.city,
    born < "2005" ? dice.maybe(70, profession) : null,
    dice.maybe(65, phone(dice, at.areaCode)),
    dice.maybe(25, phone(dice, at.areaCode)),
    dice.maybe(10, phone(dice, at.areaCode)),
    dice.maybe(75, mobile(dice)),
    dice.maybe(80, email(dice, `${firstName} ${lastName}`)),
    dice.maybe(4, webPage(dice, `${firstName} ${lastName}`)),
  ];
}

function birthDate(dice: Dice): string {
  const year = dice.between(1932, 2018);
  if (dice.chance(0.5)) return isoDay(year - (year % 4), 2, 29);
  return isoDay(year, dice.between(1, 12), dice.between(1, 28));
}

function overlaid(row: Row, cells: CustomerCells | undefined): Row {
  if (cells === undefined) return row;
  return COLUMNS.map((column, index) =>
    column in cells ? (cells[column] ?? null) : (row[index] ?? null),
  );
}

export function tagTables(plan: BrokeragePlan): readonly TableRows[] {
  const { tenantId } = plan;
  const dice = new Dice(plan.seed, SEQUENCE.customerTags);
  const customerTags = function* (): Generator<Row> {
    for (let id = 1; id <= plan.customers; id++) {
      // Neighbouring tags, so that no customer gets one twice.
      const first = dice.int(TAGS.length);
      const count = dice.chance(45) ? 0 : dice.between(1, 4);
      for (let step = 0; step < count; step++)
        yield [tenantId, id, ((first + step) % TAGS.length) + 1];
    }
  };
  return [
    {
      table: "tag",
      columns: ["tenant_id", "tag_id", "label"],
      rows: TAGS.map((label, index) => [tenantId, index + 1, label]),
    },
    {
      table: "customer_tag",
      columns: ["tenant_id", "customer_id", "tag_id"],
      rows: customerTags(),
    },
  ];
}
