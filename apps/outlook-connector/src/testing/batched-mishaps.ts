import type { Mishaps } from "@ams-sync/connector-kit/contract";
import { GraphMishaps } from "./graph-mishaps.js";
import type { GraphSite } from "./graph-site.js";

/** What goes wrong with a request by itself and with the batch that it may be part of: an answer is lost for all of it. */
export function batchedMishaps(site: GraphSite): Mishaps {
  const alone = new GraphMishaps(site);
  return {
    next: (request, mishap, times) => {
      alone.next(request, mishap, times);
      if (mishap.kind === "answer-lost")
        site.graph.faults.on(
          { method: "POST", path: /^\/\$batch/, times: 1 },
          { kind: "answerLost" },
        );
    },
    clear: () => alone.clear(),
  };
}
