import { changedAt } from "./changed-at.js";
import { Dice } from "./dice.js";
import { address, email, mobile, person, phone, webPage } from "./people.js";
import {
  SEQUENCE,
  type BrokeragePlan,
  type Cell,
  type Row,
  type TableRows,
} from "./plan.js";
import { INSURER_KINDS, INSURERS, LEGAL_FORMS, TRADES } from "./wording.js";

/** R56's twelve, in the order of `firmCells`. */
export const FIRM_COLUMNS = [
  "name",
  "street",
  "country",
  "postal_code",
  "city",
  "profession",
  "phone_private",
  "phone_business",
  "fax",
  "mobile",
  "email",
  "web_page",
] as const;

function firmCells(dice: Dice, name: string, profession: string): Row {
  const at = address(dice);
  return [
    name,
    at.street,
    at.country,
    at.postalCode,
    at.city,
    dice.maybe(50, profession),
    dice.maybe(5, phone(dice, at.areaCode)),
    dice.maybe(90, phone(dice, at.areaCode)),
    dice.maybe(60, phone(dice, at.areaCode)),
    dice.maybe(35, mobile(dice)),
    dice.maybe(80, email(dice, name)),
    dice.maybe(60, webPage(dice, name)),
  ];
}

function firmName(dice: Dice, trade: string): string {
  const owner = dice.faker.person.lastName();
  const form = dice.pick(LEGAL_FORMS);
  return dice.pick([
    `${owner} ${trade} ${form}`,
    `${trade} ${owner} ${form}`,
    `${owner} & Söhne ${form}`,
    `${trade} ${owner}, Inh. ${dice.faker.person.firstName()} ${owner}`,
  ]);
}

export const makeFirm = (dice: Dice): Row => {
  const trade = dice.pick(TRADES);
  return firmCells(dice, firmName(dice, trade), trade);
};

export function companyTable(plan: BrokeragePlan): TableRows {
  const dice = new Dice(plan.seed, SEQUENCE.companies);
  return firmTable(plan, "company", plan.companies, dice, (index) => {
    const round = Math.floor(index / INSURERS.length);
    const insurer = INSURERS[index % INSURERS.length] ?? "";
    const kind = INSURER_KINDS[round % INSURER_KINDS.length] ?? "";
    const branch = Math.floor(round / INSURER_KINDS.length);
    const place = branch === 0 ? "" : `, Filialdirektion ${branch}`;
    return firmCells(dice, `${insurer} ${kind}${place}`, "Versicherung");
  });
}

export function agentTable(plan: BrokeragePlan): TableRows {
  const dice = new Dice(plan.seed, SEQUENCE.agents);
  return firmTable(plan, "agent", plan.agents, dice, () => {
    const { firstName, lastName } = person(dice);
    const name = dice.chance(70)
      ? `${firstName} ${lastName}`
      : `Versicherungsbüro ${lastName} ${dice.pick(LEGAL_FORMS)}`;
    return firmCells(dice, name, "Versicherungsmakler");
  });
}

function firmTable(
  plan: BrokeragePlan,
  table: "company" | "agent",
  count: number,
  dice: Dice,
  cells: (index: number) => Row,
): TableRows {
  const rows = function* (): Generator<readonly Cell[]> {
    for (let index = 0; index < count; index++) {
      const changed = changedAt(dice, plan.now);
      yield [plan.tenantId, index + 1, changed, ...cells(index)];
    }
  };
  return {
    table,
    columns: ["tenant_id", `${table}_id`, "last_changed", ...FIRM_COLUMNS],
    rows: rows(),
  };
}
