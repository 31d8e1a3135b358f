import type { Canonical } from "@ams-sync/sync-core";
import { beforeEach, describe, expect, it } from "vitest";
import { MemoryWorld, anna } from "./memory/index.js";
import { ContainerTaken } from "./run-state.js";

describe("a stream that is switched off and on again", () => {
  let world: MemoryWorld;
  const OTHER = {
    tenantId: "7d2b8a52-6c1f-4d0e-9a43-0d6c1f5b2e77",
    accountId: "c0a8d9e4-2f3b-4b1a-8e6d-5a7f9c1b3d20",
  };
  const off = () => {
    const { contacts: _, appointments: __, ...rest } = world.options;
    world.choose(rest);
  };
  const on = async () => {
    const { options } = new MemoryWorld();
    world.choose(options);
    for (const kind of ["contacts", "appointments"] as const)
      world.stream(kind).remoteDue = true;
    await world.settle();
  };
  /** Another account, of whichever tenant, wants the collection. */
  const bindOther = async (container: string) => {
    world.state.connect(OTHER, ["contacts"]);
    const begun = await world.state.begin(OTHER);
    if (!begun.granted) throw new Error("The run was refused.");
    const run = { account: OTHER, runId: begun.runId };
    return world.state.bindContainer(run, "contacts", container);
  };

  beforeEach(() => {
    world = new MemoryWorld();
    world.remote.inward = ["contacts", "appointments"];
  });

  it("owns its container again, and sends nothing a second time", async () => {
    world.commit([anna()]);
    await world.settle();
    const before = world.writes().length;
    off();
    await world.clock.advance(1_000);
    await on();
    expect(world.writes().length).toBe(before);
    expect(world.stream().boundAt).toBe(world.clock.epoch());
    await expect(bindOther("/contacts/")).rejects.toThrow(ContainerTaken);
  });

  it("is told where another one has taken the container meanwhile, and writes nothing there", async () => {
    world.commit([anna()]);
    await world.settle();
    const before = world.writes().length;
    off();
    await bindOther("/contacts/");
    world.commit([anna({ city: "Gießen" })]);
    await on().catch(() => undefined);
    expect(world.account().summary?.error).toMatchObject({
      message: expect.stringContaining("already uses this collection"),
    });
    expect(world.writes().length).toBe(before);
  });

  it("takes a calendar that was chosen before for nobody's own", async () => {
    world.containers = { appointments: "/privat/" };
    await world.settle();
    event("/privat/alt", { confidential: true });
    off();
    world.containers = {};
    await on();
    expect(world.stream("appointments").container).toBe("/appointments/");
    expect(world.ams.made.size).toBe(0);
  });

  it("takes what was put into a chosen calendar meanwhile for older", async () => {
    world.containers = { appointments: "/privat/" };
    await world.settle();
    off();
    event("/privat/inzwischen");
    await world.clock.advance(1_000);
    await on();
    const { unlinked } = world.stream("appointments").questions;
    expect(unlinked.get("/privat/inzwischen")?.reason).toBe(
      "before-connection",
    );
    event("/privat/danach");
    world.stream("appointments").remoteDue = true;
    world.wantAll();
    await world.settle();
    expect(
      [...world.ams.made.values()].map(({ fields }) => fields["reason"]),
    ).toEqual(["/privat/danach"]);
  });

  function event(id: string, about: { confidential?: boolean } = {}): void {
    const form: Canonical = {
      type: "appointment",
      fields: { date: "2026-10-25", from: "10:00", to: "11:00", reason: id },
    };
    world.remote.add(id, id.replaceAll("/", "-"), form, about);
  }
});
