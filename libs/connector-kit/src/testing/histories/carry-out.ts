import type { AmsRecord, StreamKind } from "@ams-sync/sync-core";
import { appointment, customer } from "../../memory/index.js";
import { rest } from "./oracle.js";
import type { Step, Thing } from "./steps.js";
import type { HistoryWorld } from "./world.js";

const NAMES = ["Müller", "Groß", "Öztürk", "Weiß", "Schröder", "Maß"];
const personOf = (id: string) => ({
  firstName: "Zoë",
  lastName: NAMES[Number(id)] ?? "",
  email: `${id}@example.org`,
});

export async function carryOut(world: HistoryWorld, one: Step): Promise<void> {
  const { place, state, key, watch } = world;
  switch (one.do) {
    case "run":
      world.poll();
      await world.run();
      return;
    case "die":
      world.poll();
      return world.die(one.call, one.when);
    case "mishap":
      place.mishaps.next(
        one.request,
        one.kind === "busy" ? { kind: "busy", seconds: 1 } : { kind: one.kind },
        one.times,
      );
      return struck(world);
    case "meanwhile":
      watch.meanwhile = {
        request: one.request,
        act: () => happen(world, one.thing),
      };
      return struck(world);
    case "void":
      return place.voidTokens();
    case "rest":
      await rest(world);
      for (const fault of world.entered.faults()) watch.report(fault);
      return world.entered.forget();
    case "reset":
      world.entered.unsure();
      return state.reset(key.accountId, one.stream);
    case "look-again":
      return state.wantAll(key.accountId);
    default:
      return happen(world, one);
  }
}

async function struck(world: HistoryWorld): Promise<void> {
  world.poll();
  await world.run();
  world.place.mishaps.clear();
  world.watch.meanwhile = undefined;
}

function happen(world: HistoryWorld, one: Thing): void {
  const { place, ams, watch, entered } = world;
  switch (one.do) {
    case "here": {
      entered.here(`customer/${one.id}`, one.fax);
      const values = {
        ...personOf(one.id),
        ...{ city: one.city || null, fax: one.fax || null },
      };
      return world.commit([customer(one.id, values, world.clock.epoch())]);
    }
    case "visit":
      return world.commit([visitOf(one.id, one.reason, world.clock.epoch())]);
    case "remove": {
      const kind = one.stream === "contacts" ? "customer" : "appointment";
      entered.gone(`${kind}/${one.id}`);
      if (ams.records.has(`${kind}/${one.id}`))
        world.commit([], [{ kind, id: one.id }]);
      return;
    }
    case "there": {
      const at = itemAt(world, "contacts", one.pick);
      if (!at) return;
      entered.there(at, one.fax);
      return place.edit(at, { city: one.city, fax: one.fax });
    }
    case "there-visit": {
      const at = itemAt(world, "appointments", one.pick);
      if (at) place.edit(at, { reason: one.reason });
      return;
    }
    case "drop": {
      const at = itemAt(world, one.stream, one.pick);
      if (!at) return;
      entered.dropped(at);
      place.remove(at);
      return watch.dropped(one.stream, at);
    }
    case "foreign": {
      const edit = { ...personOf(one.id), city: one.city };
      const id = place.add("contacts", edit, one.category);
      if (id !== undefined) world.foreign.add(id);
    }
  }
}

const visitOf = (id: string, reason: string, now: number): AmsRecord =>
  appointment(
    id,
    {
      date: `2024-06-1${id}`,
      ...(Number(id) % 2 === 0 ? {} : { from: "09:30", to: "10:15" }),
      reason,
      remark: "Bringt mit:\nPolice",
    },
    now,
  );

const itemAt = (
  { place }: HistoryWorld,
  stream: StreamKind,
  at: number,
): string | undefined => {
  const items = place.items(stream);
  return items[at % Math.max(1, items.length)]?.id;
};
