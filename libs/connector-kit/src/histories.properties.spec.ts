import { expect, it, vi } from "vitest";
import { histories, tell, type Told } from "./testing/histories/index.js";
import { memorySystem } from "./testing/memory-system.js";

vi.setConfig({ testTimeout: 120_000 });

const HISTORIES = Number(process.env["HISTORIES"] ?? 60);
const SEED = Number(process.env["SEED"] ?? process.env["PROPERTY_SEED"] ?? 1);

it("whatever happens at the model of a server, in the end it agrees with ams and nothing is lost", async () => {
  expect(
    await histories(memorySystem(), { count: HISTORIES, seed: SEED }),
  ).toBeUndefined();
});

const here = { do: "here", id: "1", city: "Ulm", fax: "0351 1" } as const;
const RUN = { do: "run" } as const;
const told = (...steps: Told["steps"]): Told => ({ policy: "ams-wins", steps });

/** What histories rest on: an oracle that is blind would praise everything. */
it("the oracle sees a server that overwrites what it was not asked for, and one that forgets", async () => {
  const overwritten = told(...[here, RUN, { ...here, city: "Köln" } as const], {
    do: "meanwhile",
    request: "update",
    thing: { do: "there", pick: 0, city: "Köln", fax: "0351 2" },
  });
  expect(await tell(memorySystem(), overwritten)).toEqual([]);
  const careless = memorySystem((remote) => {
    remote.obeysVersions = false;
  });
  expect(await tell(careless, overwritten)).toContainEqual(
    expect.stringContaining('"0351 2" of fax is lost in silence'),
  );
  const forgetful = memorySystem((remote) => {
    remote.normalize = (form) => form;
    const { lose } = remote;
    remote.edit = (id) => lose.call(remote, id);
    remote.lose = () => undefined;
  });
  expect(
    await tell(
      forgetful,
      told(here, RUN, { do: "remove", stream: "contacts", id: "1" }, RUN),
    ),
  ).toContainEqual(expect.stringMatching(/is a second item of customer\/1/));
});

it("the oracle sees that a value which only one side changed gives way, though the journal tells of it", async () => {
  const rest = { do: "rest" } as const;
  const there = { do: "there", pick: 0, city: "Ulm", fax: "0351 2" } as const;
  const steps = [here, RUN, rest, there, rest] as const;
  expect(await tell(memorySystem(), told(...steps))).toEqual([]);
  // What was changed there is not seen as such: the item reads as before until it is overwritten.
  const stubborn = memorySystem((remote) => {
    const edit = remote.edit.bind(remote);
    remote.edit = (id, fields) => {
      const seen = Object.entries(fields).filter(([name]) => name !== "fax");
      edit(id, Object.fromEntries(seen));
    };
  });
  expect(await tell(stubborn, told(...steps))).toContainEqual(
    expect.stringContaining('only remote entered "0351 2" as fax'),
  );
});
