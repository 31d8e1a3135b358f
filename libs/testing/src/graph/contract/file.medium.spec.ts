import { expect, it } from "vitest";
import { asking } from "../../testing/graph-client.js";
import { contractFile, startGraph } from "../index.js";

const WINDOW =
  "startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-04-01T00:00:00Z";

// The one check that is skipped where Microsoft's contract does not stand beside the project. Where it does, all
// simulators of the whole run are held against it: this one only shows that they are.
it.skipIf(contractFile() === undefined)(
  "the simulator and who asks it are held against Microsoft's contract",
  async () => {
    const graph = await startGraph();
    const anna = graph.mailbox("anna@makler.example");
    const ask = await asking(graph);
    const user = `/users/${anna.address}`;
    const folder = anna.folders.add("ams");
    const contacts = `${user}/contactFolders/${folder}/contacts`;
    await ask("POST", contacts, { givenName: "Erika", categories: ["Kunde"] });
    await ask("GET", `${contacts}/delta?$select=displayName`);
    await ask("POST", `${user}/events`, {
      subject: "Beratung",
      start: { dateTime: "2026-03-02T10:00:00", timeZone: "Europe/Berlin" },
      end: { dateTime: "2026-03-02T11:00:00", timeZone: "Europe/Berlin" },
    });
    await ask("GET", `${user}/calendarView?${WINDOW}`);
    await ask("GET", `${user}/calendars`);
    expect(graph.problems.found).toEqual([]);
    await ask("GET", `${contacts}/delta?$filter=surname eq 'x'`);
    await ask("POST", contacts, { givenName: 5 });
    expect(graph.problems.take()).toEqual([
      expect.stringContaining("no query option '$filter'"),
      expect.stringContaining("data/givenName must be string"),
    ]);
    await graph.stop();
  },
);
