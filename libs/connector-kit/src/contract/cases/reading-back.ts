import type { Canonical, Fields, StreamKind } from "@ams-sync/sync-core";
import type { ConnectorErrorKind } from "../../connector-error.js";
import type { ReadBack, StreamPort, Unread, Written } from "../../port.js";
import { forBoth } from "../contract-case.js";
import { CHANGED, ORDINARY, withFields } from "../forms.js";
import type { Stage } from "../stage.js";
import type { Mishap } from "../subject.js";
import { must, mustEqual } from "../violation.js";

const LATER = { readBackLater: true } as const;

const FAILURES: readonly (readonly [Mishap, ConnectorErrorKind])[] = [
  [{ kind: "busy", seconds: 30 }, "throttled"],
  [{ kind: "fails" }, "transient"],
];

interface Wrote {
  readonly written: Written;
  readonly asked: Unread;
}

/** A create as a slice makes it; one whose version is known is a write like any other. */
async function wrote(
  stage: Stage,
  port: StreamPort,
  stream: StreamKind,
  word: string,
): Promise<Wrote> {
  const canonical = withFields(ORDINARY[stream], { [CHANGED[stream]]: word });
  const written = await port.create(stage.identity(), canonical, LATER);
  must(
    written.unread === undefined ||
      (written.version === undefined && port.readBack !== undefined),
    "A write is left unread only where no version is known and it can be read back",
  );
  return { written, asked: { id: written.id, canonical } };
}

/** The port may know every version at once, and needs no reading back then. */
const readBack = async (
  port: StreamPort,
  writes: readonly Unread[],
): Promise<ReadonlyMap<string, ReadBack> | undefined> =>
  port.readBack?.(writes);

/** Without what is not kept: a case of its own asks for that. */
function echo(found: ReadonlyMap<string, ReadBack>, id: string) {
  const told = found.get(id);
  if (!told?.there) return told;
  const { unkept: _, ...rest } = told;
  return rest;
}

/** What the item lacks of what was written, by what a write says and what reading it shows. */
async function mustTellUnkept(
  stage: Stage,
  port: StreamPort,
  form: Canonical,
  written: Written,
): Promise<void> {
  const { id } = written;
  const told = written.unread
    ? (await readBack(port, [{ id, canonical: form }]))?.get(id)
    : { there: true as const, ...written };
  must(told?.there === true, "What was written is there");
  const held: Fields = (await stage.read(port, id)).canonical.fields;
  const lacking = Object.keys(port.normalize(form).fields).filter(
    (name) => held[name] === undefined,
  );
  mustEqual(
    [...(told.unkept ?? [])].toSorted(),
    lacking.toSorted(),
    "The fields that are told as not kept",
  );
}

export const READING_BACK = [
  ...forBoth(
    "what the system does not keep",
    "Fields that were written and are not there afterwards are named, at each write, so that nobody takes them for emptied.",
    async (stage, stream) => {
      const port = await stage.again(stream);
      const form = ORDINARY[stream];
      const first = await port.create(stage.identity(), form);
      await mustTellUnkept(stage, port, form, first);
      const many = await Promise.all(
        [1, 2, 3].map(() => port.create(stage.identity(), form, LATER)),
      );
      for (const made of many) await mustTellUnkept(stage, port, form, made);
      const next = withFields(form, { [CHANGED[stream]]: "Vier" });
      const item = await stage.read(port, first.id, form);
      const updated = await port.update(item, next);
      await mustTellUnkept(stage, port, next, updated);
    },
  ),
  ...forBoth(
    "write many, and read them back together",
    "Each write names its version, or one question for all of them does: the version that reading and listing find, and that the next update is conditional on.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const { token } = await stage.listed(port);
      const made: Wrote[] = [];
      for (const word of ["Eins", "Zwei", "Drei"])
        made.push(await wrote(stage, port, stream, word));
      const [first] = made;
      const current = await stage.read(port, first!.asked.id);
      const canonical = withFields(ORDINARY[stream], {
        [CHANGED[stream]]: "Böttcher",
      });
      const updated = await port.update(current, canonical, LATER);
      const all = [
        { written: updated, asked: { id: updated.id, canonical } },
        ...made.slice(1),
      ];
      const found = await readBack(
        port,
        all.map(({ asked }) => asked),
      );
      const items = await port.fetch(all.map(({ asked }) => asked.id));
      const { changes } = await stage.listed(port, token);
      for (const { written, asked } of all) {
        const { id } = asked;
        const there = items.get(id)?.version;
        must(there !== undefined, "What was written is read with a version");
        if (found !== undefined)
          mustEqual(
            echo(found, id),
            { there: true, version: there },
            "Its echo",
          );
        if (written.unread === undefined)
          mustEqual(written.version, there, "The version after a write");
        mustEqual(
          changes.get(stage.stranger.place(id))?.version,
          there,
          "The version that is told",
        );
      }
      const again = await stage.read(port, updated.id, canonical);
      const next = withFields(canonical, { [CHANGED[stream]]: "Vier" });
      await port.update(again, next, LATER);
      stage.mustHold(
        stream,
        (await stage.read(port, updated.id, next)).canonical.fields,
        port.normalize(next).fields,
        "The item after the next update",
      );
    },
  ),
  ...forBoth(
    "read back what is something else by then, or gone",
    "A version is told only of what was written: none where somebody wrote meanwhile, and what is gone is said to be gone; neither spoils the rest of the answer.",
    async (stage, stream) => {
      const port = await stage.again(stream);
      const same = await wrote(stage, port, stream, "Eins");
      const other = await wrote(stage, port, stream, "Zwei");
      const gone = await wrote(stage, port, stream, "Drei");
      const somebody = await stage.again(stream);
      await somebody.update(
        await stage.read(somebody, other.asked.id),
        withFields(ORDINARY[stream], { [CHANGED[stream]]: "Vier" }),
      );
      await stage.stranger.remove(gone.asked.id);
      const writes = [gone, other, same].map(({ asked }) => asked);
      const found = await readBack(port, writes);
      if (found === undefined) return;
      const { version } = await stage.read(port, same.asked.id);
      mustEqual(
        writes.map(({ id }) => echo(found, id)),
        [{ there: false }, { there: true }, { there: true, version }],
        "What is there",
      );
      mustEqual((await port.readBack?.([]))?.size, 0, "Without a question");
    },
  ),
  ...forBoth(
    "reading back, and the server fails",
    "A failed question ends with its kind and a sentence, changes nothing, and can be asked again.",
    async (stage, stream) => {
      const port = await stage.again(stream);
      const { asked } = await wrote(stage, port, stream, "Eins");
      if (port.readBack === undefined) return;
      const before = await stage.stranger.facts(asked.id);
      for (const [mishap, kind] of FAILURES) {
        stage.mishaps.next("fetch", mishap, 99);
        await stage.refused(port.readBack([asked]), [kind], "reading back");
        stage.mishaps.clear();
      }
      mustEqual(await stage.stranger.facts(asked.id), before, "The item");
      const { version } = await stage.read(port, asked.id);
      mustEqual(
        echo(await port.readBack([asked]), asked.id),
        { there: true, version },
        "What is there",
      );
    },
    ["mishaps"],
  ),
];
