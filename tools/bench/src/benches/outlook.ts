import type { Bench } from "../bench.js";
import { emptyFolder } from "./outlook/empty-folder.js";
import { startGraphProcess } from "./outlook/graph-process.js";
import { manyMailboxes } from "./outlook/many-mailboxes.js";

/** A fair answer time of Microsoft's Graph. */
const ANSWER_MS = 30;

export const outlook: Bench = {
  name: "outlook",
  title: `contacts of Outlook, on a simulator of Graph that answers after ${ANSWER_MS} ms and keeps its limits`,
  needs: [],
  run: async (context) => {
    const graph = await startGraphProcess(ANSWER_MS);
    context.undo(() => graph.stop());
    return [
      ...(await emptyFolder(context, graph)),
      ...(await manyMailboxes(context, graph)),
    ];
  },
};
