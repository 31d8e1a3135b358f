import { MemoryFirstSeen } from "./memory-first-seen.js";

/** Where a stream's items live, and what has been seen there. */
export class MemoryPlace {
  #active = true;
  /** The account is being disconnected: nothing comes in any more. */
  parting = false;
  /** What it was bound to last; its own only while it `owns` it. */
  container?: string;
  owns = false;
  /** Epoch ms. */
  boundAt?: number;
  remoteToken?: string;
  /** Until when the other side tells of changes, epoch ms. */
  watchedUntil?: number;
  unwatched = false;
  /** The other side has been listed whole. */
  listed = false;
  /** At which version an item was seen to be called off. */
  protected readonly calledOff = new Map<string, string>();
  protected readonly firstSeen = new MemoryFirstSeen();

  noteWatch(until: number | undefined): void {
    if (until === undefined) return;
    this.watchedUntil = until;
    this.unwatched = false;
  }

  protected noteLoss(itemId: string, version: string | undefined): void {
    if (version === undefined) this.calledOff.delete(itemId);
    else this.calledOff.set(itemId, version);
  }

  get active(): boolean {
    return this.#active;
  }

  /** Off: kept, and left alone by runs; its container is free for others. */
  set active(on: boolean) {
    this.#active = on;
    if (!on) this.owns = false;
  }

  /** The container is its own from now on: what was put there before counts as older. */
  claim(now: number): void {
    this.owns = true;
    this.boundAt = now;
    this.listed = false;
    this.firstSeen.unknow();
    delete this.remoteToken;
  }
}
