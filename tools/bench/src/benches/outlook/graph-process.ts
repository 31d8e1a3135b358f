import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DavLogin } from "@ams-sync/proof";
import type {
  GraphAnswer,
  GraphCounts,
  GraphQuestion,
  GraphReady,
  HeldContact,
  Numbered,
} from "./graph-messages.js";

/** The simulator of Graph in a process of its own. */
export interface GraphProcess extends GraphReady {
  /** Makes mailboxes where there are none of these. @returns what stands in settings for each */
  logins(addresses: readonly string[]): Promise<readonly DavLogin[]>;
  /** Since the start or the last `reset`. */
  counts(): Promise<GraphCounts>;
  reset(): Promise<void>;
  contacts(address: string): Promise<readonly HeldContact[]>;
  /** @throws where anything broke Graph's contract or the simulator's rules */
  stop(): Promise<void>;
}

/** @param latency ms from each operation to its answer */
export async function startGraphProcess(
  latency: number,
): Promise<GraphProcess> {
  const child = fork(
    fileURLToPath(new URL("./graph-program.js", import.meta.url)),
    [String(latency)],
    { stdio: ["ignore", "ignore", "pipe", "ipc"] },
  );
  let said = "";
  child.stderr?.on("data", (chunk) => (said += String(chunk)));
  const exited = once(child, "exit");
  const [first] = (await Promise.race([
    once(child, "message"),
    exited.then(() => {
      throw new Error(`The simulator of Graph did not start: ${said}`);
    }),
  ])) as [GraphReady];
  const waiting = new Map<number, (answer: GraphAnswer) => void>();
  child.on("message", (message) => {
    const answer = message as GraphAnswer;
    waiting.get(answer.number)?.(answer);
    waiting.delete(answer.number);
  });
  let number = 0;
  const ask = (question: GraphQuestion): Promise<GraphAnswer> => {
    number += 1;
    const numbered: Numbered<GraphQuestion> = { ...question, number };
    return Promise.race([
      new Promise<GraphAnswer>((resolve) => {
        waiting.set(numbered.number, resolve);
        child.send(numbered);
      }),
      exited.then(() => {
        throw new Error(`The simulator of Graph has ended: ${said}`);
      }),
    ]);
  };
  const { tenant, clientId, secret } = first;
  return {
    ...first,
    logins: async (addresses) => {
      await ask({ ask: "mailboxes", addresses });
      return addresses.map((username) => ({
        url: "https://graph.microsoft.com/",
        username,
        password: JSON.stringify({ tenant, clientId, secret }),
      }));
    },
    counts: async () => {
      const { counts } = await ask({ ask: "counts" });
      if (!counts) throw new Error("The simulator of Graph told no counts.");
      return counts;
    },
    reset: async () => void (await ask({ ask: "reset" })),
    contacts: async (address) =>
      (await ask({ ask: "contacts", address })).contacts ?? [],
    stop: async () => {
      if (child.connected) child.disconnect();
      const [code] = (await exited) as [number | null];
      if (code !== 0)
        throw new Error(`The simulator of Graph ended with ${code}: ${said}`);
    },
  };
}
