import { beforeEach, describe, expect, it } from "vitest";
import { MemoryWorld, customer, telling } from "./memory/index.js";

/** R23: an agent is often a customer of the same address, and is invited to what stands in the own calendar. */
describe("whom an event is about", () => {
  const OWN = "Ich@Makler.example";
  let world: MemoryWorld;
  const enter = async (...attendees: readonly string[]) => {
    telling(world.remote, () => ({ attendees }));
    world.remote.add("/appointments/neu.ics", "neu", {
      type: "appointment",
      fields: { date: "2026-10-25", reason: "Jahresgespräch" },
    });
    world.stream("appointments").remoteDue = true;
    await world.settle();
    const [made] = world.ams.made.values();
    return made?.kind === "appointment" ? made.customerId : "nothing made";
  };

  beforeEach(async () => {
    world = new MemoryWorld();
    world.remote.inward = ["contacts", "appointments"];
    world.username = OWN;
    world.commit([
      customer("1", { lastName: "Makler", email: "ich@makler.example" }, 0),
      customer("2", { lastName: "Groß", email: "max@gross.example" }, 0),
    ]);
    await world.settle();
  });

  it("is the customer who is invited beside the user", async () => {
    expect(await enter("ich@makler.example", "max@gross.example")).toBe("2");
  });

  it("is nobody where the user alone is invited", async () => {
    expect(await enter("ich@makler.example")).toBeUndefined();
  });

  it("is the other one where the login is no address", async () => {
    world.username = "makler";
    expect(await enter("ich@makler.example")).toBe("1");
  });
});
