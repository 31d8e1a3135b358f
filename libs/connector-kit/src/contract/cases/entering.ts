import { randomUUID } from "node:crypto";
import type { ContractCase } from "../contract-case.js";
import { forBoth } from "../contract-case.js";
import { ORDINARY } from "../forms.js";
import { mustTellGone, newsSince } from "../news.js";
import { must, mustEqual } from "../violation.js";

export const ENTERING: readonly ContractCase[] = [
  {
    name: "a wrong password",
    asserts:
      "A refused login is of kind auth, with a sentence that does not repeat the password.",
    needs: ["passwords"],
    async run(stage) {
      const { connector, login, timeZone } = stage.subject;
      // Nothing of the right one: servers write into their logs what failed.
      const password = randomUUID();
      const attempt = connector.open(
        { ...login, password },
        {
          timeZone,
          signal: new AbortController().signal,
          now: () => Date.now(),
        },
      );
      await stage.refused(attempt, ["auth"], "the login", [password]);
    },
  },
  {
    name: "an own container",
    asserts:
      "Without a choice an own container is made, and asking again, at once or later, finds the same.",
    needs: ["own-container"],
    async run(stage) {
      const [one, other] = [await stage.session(), await stage.session()];
      for (const stream of stage.streams) {
        const [first, second] = await Promise.all([
          one.container(stream),
          other.container(stream),
        ]);
        mustEqual(second, first, "The container of two sessions at once");
        const later = await stage.session();
        mustEqual(await later.container(stream), first, "The container later");
        mustEqual(
          await later.container(stream, undefined, first),
          first,
          "The container that is bound",
        );
      }
    },
  },
  ...forBoth(
    "a chosen container that is absent",
    "It is refused: another one in its place would hold everything twice.",
    async (stage, stream) => {
      const session = await stage.session();
      const absent = `${stage.container(stream).replace(/\/$/, "")}-nicht-da/`;
      await stage.refused(session.container(stream, absent), ["rejected"]);
    },
    ["absent-containers"],
  ),
  ...forBoth(
    "two containers, one of them with a name that needs escaping",
    "Each tells, reads and holds its own items and no other's.",
    async (stage, stream) => {
      const session = await stage.session();
      const made = await stage.stranger.container(stream, "Büro & Käthe");
      const container = await session.container(stream, made);
      mustEqual(
        await session.container(stream, container),
        container,
        "The container asked for by its own name",
      );
      const [first, second] = [
        stage.port(stream),
        session.stream(stream, container),
      ];
      must(second.own !== true, "One that somebody else made is not its own");
      const form = ORDINARY[stream];
      const one = await first.create(stage.identity(), form);
      const other = await second.create(stage.identity(), form);
      // Stays: where tokens are not honoured, a container that is empty now cannot be told from one without news.
      const beside = await second.create(stage.identity(), form);
      const place = stage.stranger.place(other.id);
      const places = [place, stage.stranger.place(beside.id)];
      const { changes, token } = await stage.listed(second);
      mustEqual(
        [...changes.keys()].toSorted(),
        places.toSorted(),
        "What the second one tells",
      );
      must(
        !(await stage.listed(first)).changes.has(place),
        "The first one does not tell it",
      );
      must(
        second.holds?.(one.id) !== true && first.holds?.(other.id) !== true,
        "None holds the other's",
      );
      const item = await stage.read(second, other.id, form);
      mustEqual(item.version, other.version, "The version");
      await second.delete(other.id, other.version);
      const news = await newsSince(stage, second, token);
      await mustTellGone(stage, news, other.id);
      mustEqual(
        [...news.changes.keys()].filter((told) => !places.includes(told)),
        [],
        "What the second one tells besides",
      );
      must(
        (await stage.stranger.facts(one.id)) !== undefined,
        "The item of the first one stays",
      );
    },
  ),
];
