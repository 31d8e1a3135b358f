import { forBoth } from "../contract-case.js";
import { CHANGED, ORDINARY, withFields } from "../forms.js";
import { RICH, SAMPLES } from "../samples.js";
import type { Canonical } from "@ams-sync/sync-core";
import { must, mustEqual } from "../violation.js";
import type { ContractCase } from "../contract-case.js";

const OTHER = "Böttcher";

/** What one side says and the other does not, statement by statement. */
function mustDifferOnlyBy(
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
  from: string,
  to: string,
): void {
  must(before !== undefined && after !== undefined, "The item is there");
  const lost = without(before, after).filter((fact) => !fact.includes(from));
  const new_ = without(after, before).filter((fact) => !fact.includes(to));
  mustEqual(lost, [], "Lost though nobody changed it");
  mustEqual(new_, [], "Added though nobody wanted it");
  must(
    without(after, before).some((fact) => fact.includes(to)),
    "The change is there",
  );
}

function without(some: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return some.filter((fact) => {
    const at = left.indexOf(fact);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

export const PRESERVING: readonly ContractCase[] = [
  ...(["contacts", "appointments"] as const).map((stream): ContractCase => {
    const { sample, field, word } = RICH[stream];
    return {
      name: `${stream}: preserve what another program wrote`,
      asserts:
        "An update keeps unknown properties and parameters, groups, photos, notes, alarms and those invited, equal after parsing.",
      needs: [stream, sample],
      async run(stage) {
        const port = stage.port(stream);
        const container = stage.container(stream);
        const id = await stage.stranger.put(container, sample);
        const before = await stage.stranger.facts(id);
        const item = await stage.read(port, id);
        const value = String(
          (item.canonical.fields as Record<string, string>)[field],
        ).replace(word, OTHER);
        const next = withFields(item.canonical, { [field]: value });
        await port.update(item, next);
        const after = await stage.stranger.facts(id);
        mustDifferOnlyBy(before, after, word, OTHER);
        stage.mustHold(
          stream,
          (await stage.read(port, id, next)).canonical.fields,
          port.normalize(next).fields,
          "The item after the update",
        );
      },
    };
  }),
  ...forBoth(
    "preserve what was added to an item of ours",
    "A note, a photo, a place, an alarm that somebody adds to an item of ours survives its next update.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const field = CHANGED[stream];
      const form = withFields(ORDINARY[stream], {
        [field]: "Schreinermeister",
      });
      const { id } = await port.create(stage.identity(), form);
      await stage.stranger.decorate(id);
      const before = await stage.stranger.facts(id);
      const item = await stage.read(port, id, form);
      await port.update(item, withFields(form, { [field]: OTHER }));
      const after = await stage.stranger.facts(id);
      mustDifferOnlyBy(before, after, "Schreinermeister", OTHER);
    },
  ),
  {
    name: "contacts: preserve a birthday without a year",
    asserts:
      "What ams cannot hold is neither handed on as something else nor overwritten.",
    needs: ["contacts", "yearless-birthday"],
    async run(stage) {
      const port = stage.port("contacts");
      const id = await stage.stranger.put(
        stage.container("contacts"),
        "yearless-birthday",
      );
      const before = await stage.stranger.facts(id);
      const item = await stage.read(port, id);
      const { fields } = SAMPLES["yearless-birthday"];
      mustEqual(item.canonical.fields, fields, "The card");
      const known: Canonical = {
        type: "private",
        fields: { ...fields, birthDate: "1980-02-29" },
      };
      const next = withFields(known, { profession: OTHER });
      await port.update(port.readAs?.(item, known) ?? item, next);
      const after = await stage.stranger.facts(id);
      mustDifferOnlyBy(before, after, fields.profession, OTHER);
    },
  },
];
