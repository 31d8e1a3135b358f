import type { WakeUpAccount } from "@ams-sync/contracts";
import type { WakeUpHandler } from "./queue-port.js";

/** A handler that notes its runs and holds each until it is let go. */
export const gate = () => {
  const started: WakeUpAccount[] = [];
  const waiting: (() => void)[] = [];
  let open = false;
  const handler: WakeUpHandler = async (who) => {
    started.push(who);
    if (!open) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return {
    handler,
    started,
    letGo: () => {
      open = true;
      for (const go of waiting.splice(0)) go();
    },
  };
};

/** A span processor: with one, spans exist; this one forgets them. */
export class NoSpans {
  onStart(): void {
    // Nothing is exported here.
  }
  onEnd(): void {
    // Nothing is exported here.
  }
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
