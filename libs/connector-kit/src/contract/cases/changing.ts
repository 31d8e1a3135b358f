import { forBoth } from "../contract-case.js";
import { CHANGED, ORDINARY, withFields } from "../forms.js";
import { must, mustEqual } from "../violation.js";

const WORD = "Böttcher 🛢️, Fässer; \\Zuber";

export const CHANGING = [
  ...forBoth(
    "update",
    "An update changes what it names, empties what is empty, and its version is that of the bytes that lie there then.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const form = ORDINARY[stream];
      const { id } = await port.create(stage.identity(), form);
      const emptied = stream === "contacts" ? "fax" : "remark";
      const next = withFields(form, { [CHANGED[stream]]: WORD, [emptied]: "" });
      const item = await stage.read(port, id, form);
      const written = await port.update(item, next);
      mustEqual(written.id, id, "The address after an update");
      const after = await stage.read(port, id, next);
      stage.mustHold(
        stream,
        after.canonical.fields,
        port.normalize(next).fields,
        "The item after an update",
      );
      mustEqual(after.uid, item.uid, "The item's own id");
      must(written.version !== undefined, "A version is known after an update");
      mustEqual(written.version, after.version, "The version after an update");
    },
  ),
  ...forBoth(
    "update to the same",
    "An update that changes nothing leaves everything as it is, and a version that is the item's.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const form = ORDINARY[stream];
      const { id } = await port.create(stage.identity(), form);
      const before = await stage.stranger.facts(id);
      const item = await stage.read(port, id, form);
      const written = await port.update(item, form);
      mustEqual(await stage.stranger.facts(id), before, "The item");
      mustEqual(
        (await stage.read(port, id, form)).version,
        written.version,
        "The version",
      );
    },
  ),
  ...forBoth(
    "update of what somebody changed meanwhile",
    "An update of an item that was changed since it was read is refused, and the change stays.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const form = ORDINARY[stream];
      const { id } = await port.create(stage.identity(), form);
      const item = await stage.read(port, id, form);
      await stage.stranger.decorate(id);
      const theirs = await stage.stranger.facts(id);
      const next = withFields(form, { [CHANGED[stream]]: WORD });
      await stage.refused(port.update(item, next), ["precondition"]);
      mustEqual(await stage.stranger.facts(id), theirs, "What they wrote");
      // Read again it goes through, and what they wrote is still there.
      const fresh = await stage.read(port, id, form);
      await port.update(fresh, next);
      stage.mustHold(
        stream,
        (await stage.read(port, id, next)).canonical.fields,
        port.normalize(next).fields,
        "The item after the second attempt",
      );
    },
  ),
  ...forBoth(
    "update in the moment when somebody writes",
    "Of two writes at once none is lost, or where the server loses one the item is one of the two.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const form = ORDINARY[stream];
      const { id } = await port.create(stage.identity(), form);
      const item = await stage.read(port, id, form);
      const next = withFields(form, { [CHANGED[stream]]: WORD });
      stage.mishaps.next("update", {
        kind: "meanwhile",
        act: () => stage.stranger.decorate(id),
      });
      const attempt = port.update(item, next);
      if (stage.bends("updates-guarded")) await attempt.catch(() => undefined);
      else await stage.refused(attempt, ["precondition"]);
      stage.mishaps.clear();
      const now = await stage.read(port, id, form);
      await port.update(now, next);
      stage.mustHold(
        stream,
        (await stage.read(port, id, next)).canonical.fields,
        port.normalize(next).fields,
        "The item in the end",
      );
    },
    ["mishaps"],
  ),
  ...forBoth(
    "update of what is gone",
    "An update of an item that was deleted is refused and does not bring it back.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const form = ORDINARY[stream];
      const { id } = await port.create(stage.identity(), form);
      const item = await stage.read(port, id, form);
      await stage.stranger.remove(id);
      const next = withFields(form, { [CHANGED[stream]]: WORD });
      await stage.refused(port.update(item, next), ["gone", "precondition"]);
      mustEqual(await stage.stranger.facts(id), undefined, "What is there");
    },
  ),
  ...forBoth(
    "delete",
    "A deleted item is gone for others; to delete it once more is a success.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const made = await port.create(stage.identity(), ORDINARY[stream]);
      await port.delete(made.id, made.version);
      mustEqual(await stage.stranger.facts(made.id), undefined, "What is left");
      mustEqual((await port.fetch([made.id])).size, 0, "Items found");
      await port.delete(made.id, made.version);
      await port.delete(made.id);
    },
  ),
  ...forBoth(
    "delete of what somebody changed meanwhile",
    "A delete of an item that was changed since it was read is refused, and it stays.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const made = await port.create(stage.identity(), ORDINARY[stream]);
      await stage.stranger.decorate(made.id);
      const theirs = await stage.stranger.facts(made.id);
      await stage.refused(port.delete(made.id, made.version), ["precondition"]);
      mustEqual(await stage.stranger.facts(made.id), theirs, "What they wrote");
    },
  ),
  ...forBoth(
    "delete in the moment when somebody writes",
    "What is written in the moment of its deletion stays; where the server cannot tell, it is gone and nothing else.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const form = ORDINARY[stream];
      const made = await port.create(stage.identity(), form);
      const other = await port.create(stage.identity(), form);
      stage.mishaps.next("delete", {
        kind: "meanwhile",
        act: () => stage.stranger.decorate(made.id),
      });
      const attempt = port.delete(made.id, made.version);
      if (stage.bends("deletes-guarded")) await attempt;
      else await stage.refused(attempt, ["precondition"]);
      stage.mishaps.clear();
      mustEqual(
        (await stage.stranger.facts(made.id)) === undefined,
        stage.bends("deletes-guarded"),
        "Whether it is gone",
      );
      must(
        (await stage.stranger.facts(other.id)) !== undefined,
        "Its neighbour stays",
      );
    },
    ["mishaps"],
  ),
];
