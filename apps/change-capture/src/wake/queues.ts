import { System, systemFromWire, type WakeUp } from "@ams-sync/contracts";
import {
  enqueueWakeUp,
  type QueueBackend,
  type WakeUpQueue,
} from "@ams-sync/platform";

/** The queues of all systems, each opened when its first account is woken. */
export class Queues {
  readonly #queues = new Map<System, WakeUpQueue>();

  constructor(private readonly backend: QueueBackend) {}

  async wake({ account, system }: WakeUp): Promise<void> {
    if (account === undefined) return;
    await enqueueWakeUp(this.#queue(system), account);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  #queue(system: System): WakeUpQueue {
    let queue = this.#queues.get(system);
    if (queue === undefined) {
      const name = systemFromWire(system);
      if (name === undefined)
        throw new Error("This version does not know the account's system.");
      queue = this.backend.wakeUpQueue(name);
      this.#queues.set(system, queue);
    }
    return queue;
  }
}
