import type { ContractCase } from "../contract-case.js";
import { forBoth } from "../contract-case.js";
import { CHANGED, ORDINARY, withFields } from "../forms.js";
import { mustTellGone, newsSince } from "../news.js";
import { CaseSkipped, must, mustEqual } from "../violation.js";

export const TELLING: readonly ContractCase[] = [
  ...forBoth(
    "list everything",
    "Without a token all items are told, page by page, each once, in the version that reading finds.",
    async (stage, stream) => {
      const port = await stage.again(stream);
      for (let n = 0; n < 4; n++)
        await port.create(stage.identity(), ORDINARY[stream]);
      const later = await stage.again(stream);
      const { changes } = await stage.listed(later);
      const there = await stage.stranger.list(stage.container(stream));
      // Some servers name, besides, what is gone: that is no item, and true.
      const told = [...changes].filter(([, { gone }]) => !gone);
      mustEqual(
        told.map(([place]) => place).sort(),
        [...there].sort(),
        "The listing",
      );
      const ids = told.map(([, { id }]) => id);
      const items = await later.fetch(ids);
      mustEqual([...items.keys()].sort(), [...ids].sort(), "The items read");
      for (const [, { id, version }] of told)
        mustEqual(version, items.get(id)?.version, "The version listed");
    },
  ),
  ...forBoth(
    "nothing new",
    "With the last token nothing is told where nothing happened.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const { token } = await stage.listed(port);
      const next = await newsSince(stage, await stage.again(stream), token);
      must(next.anew || next.changes.size === 0, "Nothing is told");
    },
  ),
  ...forBoth(
    "changes since a token",
    "What others made, changed and removed since the token is told, in the version that reading finds.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const form = ORDINARY[stream];
      const changed = await port.create(stage.identity(), form);
      const removed = await port.create(stage.identity(), form);
      const same = await port.create(stage.identity(), form);
      const { token } = await stage.listed(port);
      await stage.stranger.decorate(changed.id);
      await stage.stranger.remove(removed.id);
      const made = await port.create(stage.identity(), form);
      const news = await newsSince(stage, await stage.again(stream), token);
      const items = await port.fetch([changed.id, made.id]);
      for (const { id } of [changed, made]) {
        const change = news.changes.get(stage.stranger.place(id));
        must(change?.gone === false, "What is new or changed is told");
        mustEqual(change.version, items.get(id)?.version, "Its version");
      }
      must(
        items.get(changed.id)?.version !== changed.version,
        "A change gives another version",
      );
      await mustTellGone(stage, news, removed.id);
      if (!news.anew)
        mustEqual(
          news.changes.get(stage.stranger.place(same.id)),
          undefined,
          "What did not change",
        );
      const quiet = await newsSince(stage, port, news.token);
      must(quiet.anew || quiet.changes.size === 0, "Then nothing is told");
    },
  ),
  ...forBoth(
    "the echo of an own write",
    "What we wrote ourselves is told in the very version that the write named, so that it is known as an echo.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const form = ORDINARY[stream];
      const changed = await port.create(stage.identity(), form);
      const removed = await port.create(stage.identity(), form);
      const { token } = await stage.listed(port);
      const made = await port.create(stage.identity(), form);
      const next = withFields(form, { [CHANGED[stream]]: "Böttcher" });
      const item = await stage.read(port, changed.id, form);
      const updated = await port.update(item, next);
      await port.delete(removed.id, removed.version);
      const { changes, ...news } = await newsSince(stage, port, token);
      for (const { id, version } of [made, updated])
        mustEqual(
          changes.get(stage.stranger.place(id))?.version,
          version,
          "The version of the echo",
        );
      await mustTellGone(stage, { changes, ...news }, removed.id);
    },
  ),
  ...forBoth(
    "somebody saves again what is there",
    "It reads as before, in a version that is told as it is read, and can be changed on.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const form = ORDINARY[stream];
      const { id } = await port.create(stage.identity(), form);
      const { token } = await stage.listed(port);
      await stage.stranger.resave(id);
      const item = await stage.read(port, id, form);
      stage.mustHold(
        stream,
        item.canonical.fields,
        port.normalize(form).fields,
        "The item",
      );
      const { changes } = await stage.listed(port, token);
      const told = changes.get(stage.stranger.place(id));
      if (told !== undefined)
        mustEqual(told.version, item.version, "The version that is told");
      const next = withFields(form, { [CHANGED[stream]]: "Böttcher" });
      const written = await port.update(item, next);
      const after = await stage.read(port, id, next);
      mustEqual(after.version, written.version, "The version after an update");
    },
  ),
  ...forBoth(
    "a token that is none",
    "A token that nobody gave is void, never an empty list; then everything is told.",
    async (stage, stream) => {
      const port = stage.port(stream);
      const { id } = await port.create(stage.identity(), ORDINARY[stream]);
      for (const token of ["Unsinn", "{}", "0x", "☠"])
        await stage.refused(port.changes(token), ["token-expired"]);
      const { changes } = await stage.listed(port, "Unsinn");
      must(changes.has(stage.stranger.place(id)), "Then everything is told");
    },
  ),
  ...forBoth(
    "a token that is known no more",
    "A token of the right form that the system does not know is void, never an empty list.",
    async (stage, stream) => {
      const port = stage.port(stream);
      await port.create(stage.identity(), ORDINARY[stream]);
      const { token } = await stage.listed(port);
      const voids =
        token === undefined ? [] : (stage.subject.voidTokens?.(token) ?? []);
      if (voids.length === 0)
        throw new CaseSkipped("There is no token to make another one of.");
      for (const lost of voids)
        await stage.refused(port.changes(lost), ["token-expired"]);
    },
    ["void-tokens"],
  ),
];
