import { SourceStatus, type Source } from "@ams-sync/contracts";
import type { Feed } from "../feed/feed.js";

export const USAGE = `Tells change-capture what an operator has decided. Run it with the environment of the service.

  node apps/change-capture/dist/accept.js WORDS

  status         shows where capture stands
  truncate       after a TRUNCATE: capture may go on. It reads all of ams again; records
                 that are gone go through state's guard
  absent EPOCH   after a guard that held records back: they are really gone, delete their
                 items outside. EPOCH is in the log line that reported them

In a container: docker compose exec change-capture, or kubectl exec deploy/change-capture --, before it.`;

export type Decision =
  | { readonly decision: "status" }
  | { readonly decision: "truncate" }
  | { readonly decision: "absent"; readonly epoch: bigint };

/** What the operator is told, and whether what was asked for was done. */
export interface Answer {
  readonly done: boolean;
  readonly text: string;
}

export interface Place {
  readonly feed: Feed;
  readonly source: string;
  readonly systemIdentifier: string;
}

/** Undefined: the command line was not understood. */
export function parseDecision(args: readonly string[]): Decision | undefined {
  const [decision, epoch, ...rest] = args;
  if (rest.length > 0) return undefined;
  if (decision === "absent" && /^[0-9]{1,18}$/.test(epoch ?? ""))
    return { decision, epoch: BigInt(epoch ?? "") };
  if (epoch !== undefined) return undefined;
  return decision === "status" || decision === "truncate"
    ? { decision }
    : undefined;
}

export async function carryOut(
  wanted: Decision,
  place: Place,
): Promise<Answer> {
  const { feed, source: name, systemIdentifier } = place;
  const source = await feed.openSource({ name, systemIdentifier, writer: "" });
  switch (wanted.decision) {
    case "status":
      return { done: true, text: describe(source) };
    case "truncate":
      return acceptTruncate(feed, source);
    case "absent":
      return approveAbsent(feed, source, wanted.epoch);
  }
}

async function acceptTruncate(feed: Feed, source: Source): Promise<Answer> {
  if (source.status !== SourceStatus.STOPPED || source.stopCode !== "truncate")
    return {
      done: false,
      text: `There is no TRUNCATE to accept. ${describe(source)}`,
    };
  // A snapshot that nobody took yet: the running service finds it and reads everything.
  await feed.beginSnapshot({ name: source.name, expectedEpoch: source.epoch });
  return {
    done: true,
    text: "Accepted. The running change-capture reads all of ams again within seconds. If many records are gone, its log then asks for: node apps/change-capture/dist/accept.js absent EPOCH",
  };
}

/** The epoch stands for what the operator has looked at: whatever was read since then is another decision. */
async function approveAbsent(
  feed: Feed,
  source: Source,
  epoch: bigint,
): Promise<Answer> {
  if (epoch !== source.epoch)
    return {
      done: false,
      text: `Epoch ${epoch} is not the present one; look at what the latest reading reported. ${describe(source)}`,
    };
  const { tombstones } = await feed.approveAbsent({
    source: source.name,
    epoch,
  });
  return {
    done: true,
    text: `Approved: ${tombstones} records count as deleted; their items outside follow within seconds.`,
  };
}

function describe(source: Source): string {
  const status = source.status.replace("SOURCE_STATUS_", "").toLowerCase();
  const why = source.stopMessage === "" ? "" : ` ${source.stopMessage}`;
  return `Source "${source.name}" is ${status} in epoch ${source.epoch}.${why}`;
}
