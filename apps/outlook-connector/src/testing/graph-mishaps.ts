import type {
  Mishap,
  Mishaps,
  Request,
} from "@ams-sync/connector-kit/contract";
import type { Fault, FaultMatch } from "@ams-sync/testing/graph";
import type { GraphSite } from "./graph-site.js";

const MATCHES: Readonly<Record<Request, FaultMatch>> = {
  create: { method: "POST", path: /\/(contacts|events)$/ },
  update: { method: "PATCH" },
  delete: { method: "DELETE" },
  changes: { method: "GET", path: /\/delta\b/ },
  fetch: { method: "GET", path: /\/(contacts|events)\/[^/?]+\?/ },
};

export class GraphMishaps implements Mishaps {
  constructor(private readonly site: GraphSite) {}

  next(request: Request, mishap: Mishap, times = 1): void {
    const match = { ...MATCHES[request], times };
    if (mishap.kind === "meanwhile") {
      const method = new RegExp(`^${match.method}$`);
      this.site.before = { method, act: mishap.act };
    } else this.site.graph.faults.on(match, faultOf(mishap));
  }

  clear(): void {
    this.site.before = undefined;
    this.site.graph.faults.clear();
  }
}

function faultOf(mishap: Exclude<Mishap, { kind: "meanwhile" }>): Fault {
  switch (mishap.kind) {
    case "answer-lost":
      return { kind: "answerLost" };
    case "stalls":
      return { kind: "silent" };
    case "busy":
      return {
        kind: "status",
        status: 429,
        code: "ApplicationThrottled",
        retryAfter: String(mishap.seconds),
      };
    case "fails":
      return { kind: "status", status: 500, code: "InternalServerError" };
    case "refused":
      return { kind: "status", status: 507, code: "ErrorQuotaExceeded" };
  }
}
