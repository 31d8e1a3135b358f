import { customer } from "@ams-sync/connector-kit/memory";
import type { AmsRecord, PlainDate } from "@ams-sync/sync-core";
import { pick, place } from "./happen.js";
import { STREAMS } from "./party.js";
import type { Party } from "./party.js";
import type { Decision } from "./steps.js";
import type { HistoryWorld } from "./world.js";

/** What users and administrators decide. */
export const decide = (world: HistoryWorld, one: Decision): void => {
  switch (one.do) {
    case "bulk":
      world.commit(
        Array.from({ length: one.count }, (_, n) => many(n, "Ulm", "11")),
      );
      break;
    case "unbulk": {
      const there = [...world.ams.records.values()].filter(
        ({ kind, id }) => kind === "customer" && Number(id) >= 100,
      );
      if (one.what === "delete")
        world.commit(
          [],
          there.filter(({ id }) => Number(id) < 200),
        );
      else
        world.commit(
          there
            .filter(({ id }) => Number(id) < 200)
            .map(({ id }) =>
              many(
                Number(id) - 100,
                one.what === "clear" ? "" : "Ulm",
                one.what === "agent" ? "12" : "11",
              ),
            ),
        );
      break;
    }
    case "rights":
      world.rights(world.party(one.who), {
        agentRelease: one.release,
        releasedAgentIds: new Set(one.agents),
      });
      break;
    case "options":
      options(world, one);
      break;
    case "reset":
      world.state.reset(world.party(one.who).key.accountId, one.stream);
      break;
    case "move": {
      const party = world.party(one.who);
      const home = party.existing?.[one.stream];
      const elsewhere = party.elsewhere(one.stream);
      world.move(party, one.stream, one.back ? home : elsewhere);
      break;
    }
    case "approve":
      approve(world, world.party(one.who), one.part);
      break;
    case "decide-item": {
      const party = world.party(one.who);
      const { questions } = world.stream(party, one.stream);
      const [itemId, left] = pick([...questions.unlinked], one.pick) ?? [];
      if (itemId === undefined || !left) break;
      const [candidate] = left.candidates;
      const { answer } = one;
      if (answer === "link" && !candidate) break;
      world.state.questions(party.key.accountId, one.stream);
      if (answer === "create") party.wanted.add(itemId);
      questions.decideItem(
        itemId,
        answer === "link" && candidate
          ? { answer, ...candidate }
          : { answer: answer === "link" ? "leave" : answer },
        world.clock.epoch(),
      );
      break;
    }
    case "decide-lost": {
      const party = world.party(one.who);
      const { links } = world.stream(party, one.stream);
      const lost = [...links.values()].filter((link) => link.lost);
      const link = pick(lost, one.pick);
      if (!link) break;
      world.state
        .questions(party.key.accountId, one.stream)
        .decideLost(link, one.restore, world.state.feed, world.clock.epoch());
      break;
    }
  }
};

/** What is shown is approved, or its first half. */
export const approve = (
  world: HistoryWorld,
  party: Party,
  part = false,
): number => {
  let approved = 0;
  for (const kind of STREAMS) {
    const questions = world.state.questions(party.key.accountId, kind);
    const { held } = questions;
    const some = part ? held.slice(0, Math.ceil(held.length / 2)) : held;
    const approvals = some.map(({ key, removal, fields }) => {
      const [side, rest = ""] = [
        key.slice(0, key.indexOf(":")),
        key.slice(key.indexOf(":") + 1),
      ];
      if (side === "ams") return { record: rest, removal, fields };
      const link = [...world.stream(party, kind).links.values()].find(
        ({ itemId }) => itemId === rest,
      );
      const record = link ? `${link.kind}/${link.recordId}` : rest;
      return { record, removal, fields };
    });
    world.watch.approved(party, kind, approvals);
    approved += questions.approve(some);
  }
  return approved;
};

const options = (
  world: HistoryWorld,
  one: Extract<Decision, { do: "options" }>,
): void => {
  const since = one.editedSince !== "" && {
    editedSince: one.editedSince as PlainDate,
  };
  world.choose(world.party(one.who), {
    policy: one.policy,
    contacts: {
      customers: true,
      companies: one.companies,
      agents: false,
      tags: one.tags,
      birthday: one.birthday,
      ...(one.agentId !== "" && { agentId: one.agentId }),
      ...since,
    },
    ...(one.appointments && {
      appointments: {
        ...(one.maxAgeDays > 0 && { maxAgeDays: one.maxAgeDays }),
        ...since,
      },
    }),
  });
};

const many = (n: number, city: string, agentId: string): AmsRecord =>
  ({
    ...customer(
      String(100 + n),
      { lastName: `Böhm ${n}`, ...place({ city, fax: "1" }) },
      0,
    ),
    agentId,
  }) as AmsRecord;
