import type { ContractCase } from "../contract-case.js";
import { forBoth } from "../contract-case.js";
import {
  BACKSLASHES_CASE,
  CHANGED,
  ORDINARY,
  ROUND_TRIPS,
  withFields,
} from "../forms.js";
import { SAMPLE_NAMES, SAMPLES, type Sample } from "../samples.js";
import { STREAMS } from "../stage.js";
import { must, mustEqual } from "../violation.js";

const SAMPLE_CASES = SAMPLE_NAMES.map((name): ContractCase => {
  const { stream, fields, obstacle, about }: Sample = SAMPLES[name];
  return {
    name: `${stream}: read a ${name.replaceAll("-", " ")} of another program`,
    asserts:
      obstacle === undefined
        ? "What another program wrote reads as what it says, categories, class and times included."
        : `It is told and read with the obstacle "${obstacle}", it fails no other item, and it stays as it is.`,
    needs: [stream, name],
    async run(stage) {
      const port = stage.port(stream);
      const id = await stage.stranger.put(stage.container(stream), name);
      const before = await stage.stranger.facts(id);
      const beside = await port.create(stage.identity(), ORDINARY[stream]);
      const items = await port.fetch([id, beside.id]);
      const item = items.get(id);
      must(item !== undefined, "The item is read");
      must(items.has(beside.id), "The item beside it is read too");
      mustEqual(item.obstacle, obstacle, "Its obstacle");
      stage.mustHold(stream, item.canonical.fields, fields, "The item");
      for (const [key, value] of Object.entries(about ?? {}))
        mustEqual(item[key as keyof typeof item], value, `Its ${key}`);
      const { changes } = await stage.listed(port);
      mustEqual(
        changes.get(stage.stranger.place(id))?.version,
        item.version,
        "The version listed",
      );
      mustEqual(await stage.stranger.facts(id), before, "What they wrote");
    },
  };
});

const ROUND_TRIP_CASES = STREAMS.flatMap((stream) =>
  Object.entries(ROUND_TRIPS[stream]).map(([what, form]): ContractCase => ({
    name: `${stream}: carry ${what}`,
    asserts:
      "Created or updated, it comes back as the system's form of it, which stays the same the second time.",
    needs: [
      stream,
      ...(what === BACKSLASHES_CASE ? (["backslashes"] as const) : []),
    ],
    async run(stage) {
      const port = stage.port(stream);
      const wanted = port.normalize(form);
      mustEqual(
        port.normalize(wanted),
        wanted,
        "The form of what has its form already",
      );
      const { id } = await port.create(stage.identity(), form);
      const created = await stage.read(port, id, form);
      stage.mustHold(
        stream,
        created.canonical.fields,
        wanted.fields,
        "What was created",
      );
      const other = await port.create(
        stage.identity(),
        withFields(
          stream === "contacts" && form.type === "commercial"
            ? { type: "commercial", fields: { name: "Erst anders" } }
            : ORDINARY[stream],
          {},
        ),
      );
      const before = await stage.read(port, other.id);
      const written = await port.update(before, form);
      const updated = await stage.read(port, other.id, form);
      stage.mustHold(
        stream,
        updated.canonical.fields,
        wanted.fields,
        "What was updated",
      );
      mustEqual(updated.version, written.version, "The version");
    },
  })),
);

export const READING: readonly ContractCase[] = [
  ...ROUND_TRIP_CASES,
  ...SAMPLE_CASES,
  ...forBoth(
    "read many, some of them absent",
    "Items come by the ids as they were asked for; absent ones are left out and fail no other.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const made = [];
      for (let n = 0; n < 3; n++)
        made.push(await port.create(stage.identity(), ORDINARY[stream]));
      const ids = made.map(({ id }) => id);
      const absent = [1, 2].map(
        () => port.addressOf(stage.identity()) ?? stage.identity().uid,
      );
      const found = await port.fetch([absent[0]!, ...ids, absent[1]!]);
      mustEqual([...found.keys()].sort(), [...ids].sort(), "What was found");
      mustEqual((await port.fetch(absent)).size, 0, "Absent ones found");
      mustEqual((await port.fetch([])).size, 0, "Found without a question");
    },
  ),
  ...forBoth(
    "an item whose name needs escaping",
    "An item at an address that needs escaping is told, read, changed and deleted as any other.",
    async (stage, stream) => {
      const sample = stream === "contacts" ? "rich-card" : "rich-event";
      const port = await stage.again(stream);
      const put = await stage.stranger.put(stage.container(stream), sample, {
        escaped: true,
      });
      const place = stage.stranger.place(put);
      const told = (await stage.listed(port)).changes.get(place);
      must(told !== undefined, "It is told");
      const item = await stage.read(port, told.id);
      mustEqual(item.version, told.version, "Its version");
      must(port.holds?.(told.id) ?? true, "Its container holds it");
      const next = withFields(item.canonical, {
        [CHANGED[stream]]: "Böttcher",
      });
      const written = await port.update(item, next);
      const after = await stage.read(port, told.id, next);
      mustEqual(after.version, written.version, "The version after an update");
      stage.mustHold(
        stream,
        after.canonical.fields,
        port.normalize(next).fields,
        "The item after an update",
      );
      await port.delete(told.id, written.version);
      mustEqual(await stage.stranger.facts(put), undefined, "What is left");
    },
    ["names-to-escape"],
  ),
];
