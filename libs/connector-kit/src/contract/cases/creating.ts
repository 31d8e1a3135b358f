import type { StreamKind } from "@ams-sync/sync-core";
import { forBoth } from "../contract-case.js";
import { CHANGED, ORDINARY, withFields } from "../forms.js";
import type { Stage } from "../stage.js";
import { must, mustEqual } from "../violation.js";

const REFUSED = ["precondition"] as const;

/** Whether items lie where the connector says; other systems give the ids. */
const choosesAddresses = (stage: Stage, stream: StreamKind): boolean =>
  stage.port(stream).addressOf(stage.identity()) !== undefined;

export const CREATING = [
  ...forBoth(
    "create",
    "A created item is there for others, under the record's own uid, and reads as what was sent, in the version that the create named.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const identity = stage.identity();
      const form = ORDINARY[stream];
      const made = await port.create(identity, form);
      const address = port.addressOf(identity);
      if (address !== undefined)
        mustEqual(made.id, address, "The created item's address");
      must(
        (await stage.stranger.facts(made.id)) !== undefined,
        "Others see what was created",
      );
      const item = await stage.read(port, made.id, form);
      mustEqual(item.uid, identity.uid, "The item's own id");
      stage.mustHold(
        stream,
        item.canonical.fields,
        port.normalize(form).fields,
        "The created item",
      );
      mustEqual(made.version, item.version, "The version after a create");
      must(made.version !== undefined, "A version is known after a create");
      must(port.holds?.(made.id) ?? true, "The container holds its own item");
    },
  ),
  ...forBoth(
    "create again",
    "A second create under the same uid, of an item that this session knows of, is refused and changes nothing.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const identity = stage.identity();
      const { id } = await port.create(identity, ORDINARY[stream]);
      const before = await stage.stranger.facts(id);
      const other = withFields(ORDINARY[stream], { [CHANGED[stream]]: "Zwei" });
      await stage.refused(port.create(identity, other), REFUSED);
      mustEqual(await stage.stranger.facts(id), before, "The first item");
      // A later run lists before it creates.
      const later = await stage.again(stream);
      await stage.listed(later);
      await stage.refused(later.create(identity, other), REFUSED);
      mustEqual(await stage.stranger.facts(id), before, "The first item");
    },
  ),
  ...forBoth(
    "create again without having listed",
    "A create where something of that uid is, which nobody told of, makes no second item; once seen, it is refused.",
    async (stage, stream) => {
      const identity = stage.identity();
      const form = ORDINARY[stream];
      const { id } = await stage.port(stream).create(identity, form);
      const places = await stage.stranger.list(stage.container(stream));
      const later = await stage.again(stream);
      if (stage.bends("creates-refused"))
        await later.create(identity, form).catch(() => undefined);
      // Not the same form: where a connection broke, that would be taken for what the repeated request left.
      const other = withFields(form, { [CHANGED[stream]]: "Zwei" });
      await stage.refused(later.create(identity, other), REFUSED);
      const now = await stage.stranger.list(stage.container(stream));
      mustEqual([...now].sort(), [...places].sort(), "What is there");
      stage.mustHold(
        stream,
        (await stage.read(later, id, form)).canonical.fields,
        later.normalize(form).fields,
        "The item",
      );
    },
  ),
  ...forBoth(
    "create again what was deleted",
    "What was deleted can be created again under the same uid, by whomever it was deleted.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const identity = stage.identity();
      const form = ORDINARY[stream];
      const first = await port.create(identity, form);
      await port.delete(first.id, first.version);
      const second = await port.create(identity, form);
      if (choosesAddresses(stage, stream))
        mustEqual(second.id, first.id, "The address of the second item");
      await stage.stranger.remove(second.id);
      mustEqual((await port.fetch([second.id])).size, 0, "Items found");
      // Something else under the same address: perhaps under a version that was there before.
      const other = withFields(form, { [CHANGED[stream]]: "Drei" });
      const third = await port.create(identity, other);
      const item = await stage.read(port, third.id, other);
      stage.mustHold(
        stream,
        item.canonical.fields,
        port.normalize(other).fields,
        "The item",
      );
      mustEqual(item.version, third.version, "The version after a create");
    },
  ),
  ...forBoth(
    "create what somebody moved to another address",
    "Where the record's uid is at another address already, that item stays as it is; the create is refused with what to do, or goes through.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const identity = stage.identity();
      const form = ORDINARY[stream];
      const { id } = await port.create(identity, form);
      const moved = await stage.stranger.move(id);
      const theirs = await stage.stranger.facts(moved);
      const later = await stage.again(stream);
      const second = await later.create(identity, form).catch((e) => e);
      // Who looks for the uid finds it wherever it is.
      if (second instanceof Error)
        await stage.refused(
          Promise.reject(second),
          choosesAddresses(stage, stream)
            ? ["rejected"]
            : ["rejected", "precondition"],
        );
      else if (choosesAddresses(stage, stream))
        mustEqual(second.id, id, "The address of the second item");
      mustEqual(await stage.stranger.facts(moved), theirs, "The moved item");
      // What stays would be in the way of nothing else here, but of a server that checks UIDs anew.
      await stage.stranger.remove(moved);
    },
  ),
  ...[1, 2].flatMap((times) =>
    forBoth(
      `create, and the answer is lost ${times === 1 ? "once" : "twice"}`,
      "A create whose answer is lost leaves one item, which the next attempt finds as the record's own.",
      async (stage, stream) => {
        const identity = stage.identity();
        const form = ORDINARY[stream];
        const port = await stage.again(stream);
        stage.mishaps.next("create", { kind: "answer-lost" }, times);
        const made = await port.create(identity, form).catch((error) => error);
        stage.mishaps.clear();
        const lost = made instanceof Error;
        if (lost)
          await stage.refused(Promise.reject(made), [
            "transient",
            "precondition",
          ]);
        const later = await stage.again(stream);
        if (!choosesAddresses(stage, stream))
          await stage.refused(later.create(identity, form), REFUSED);
        const id = later.addressOf(identity);
        must(id !== undefined, "It is known where the item is");
        const item = await stage.read(later, id, form);
        mustEqual(item.uid, identity.uid, "The item's own id");
        stage.mustHold(
          stream,
          item.canonical.fields,
          later.normalize(form).fields,
          "The item",
        );
        if (!lost) mustEqual(made.version, item.version, "The version");
        await stage.listed(later);
        await stage.refused(later.create(identity, form), REFUSED);
      },
      ["mishaps"],
    ),
  ),
];
