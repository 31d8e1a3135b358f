import type { Logger } from "@ams-sync/platform";
import type { Problem } from "../problem.js";

export type Phase =
  | "starting"
  /** Another replica captures; this one takes over when that one ends. */
  | "standby"
  | "snapshot"
  | "streaming"
  /** state holds the source back until an operator decides. */
  | "stopped"
  /** Something must be mended first; tried again every few seconds. */
  | "blocked";

export interface StatusReport {
  readonly phase: Phase;
  readonly since: Date;
  readonly problems: readonly Problem[];
}

const REMIND_MS = 300_000;
const READY: ReadonlySet<Phase> = new Set(["standby", "snapshot", "streaming"]);

/**
 * What capture is doing, for probes, metrics and people. The same trouble is
 * logged when it begins, every five minutes while it lasts, and when it ends.
 */
export class CaptureStatus {
  #phase: Phase = "starting";
  #since: Date;
  #blocking: readonly Problem[] = [];
  /** state is away while we go on holding the stream. */
  #passing: Problem | undefined;
  /** Only storing something proves that it is over; a new attempt does not. */
  #unproven: Problem | undefined;
  #logged = "";
  #loggedAt = -Infinity;

  constructor(
    private readonly log: Logger,
    private readonly now: () => Date = () => new Date(),
    private readonly onPhase: (phase: Phase) => void = () => undefined,
  ) {
    this.#since = now();
  }

  enter(phase: Phase, problems: readonly Problem[] = []): void {
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#since = this.now();
      this.onPhase(phase);
      if (problems.length === 0 && phase !== "blocked")
        this.log.info({ phase }, `capture: ${phase}`);
    }
    this.#blocking = problems;
    this.#passing = undefined;
    // Then another replica captures, and it is for that one to say.
    if (phase === "standby") this.#unproven = undefined;
    this.#report();
  }

  /** Blocked, and not ready either while it is tried again, until `progress` is told. */
  refused(problem: Problem): void {
    this.#unproven = problem;
    this.enter("blocked");
  }

  /** state has stored something. */
  progress(): void {
    if (this.#unproven === undefined) return;
    this.#unproven = undefined;
    this.#report();
  }

  trouble(problem: Problem | undefined): void {
    if (problem === undefined && this.#passing === undefined) return;
    this.#passing = problem;
    this.#report();
  }

  get report(): StatusReport {
    return {
      phase: this.#phase,
      since: this.#since,
      problems: this.#problems(),
    };
  }

  /** A standby is ready: a roll-out that waits for it would otherwise never end the replica that holds the slot. */
  get ready(): boolean {
    return (
      READY.has(this.#phase) &&
      this.#passing === undefined &&
      this.#unproven === undefined
    );
  }

  #problems(): readonly Problem[] {
    const more = [this.#unproven, this.#passing];
    return [
      ...this.#blocking,
      ...more.filter((problem) => problem !== undefined),
    ];
  }

  #report(): void {
    const problems = this.#problems();
    const text = problems.map(({ sentence }) => sentence).join("\n");
    const time = this.now().getTime();
    if (text === this.#logged && time - this.#loggedAt < REMIND_MS) return;
    if (text === "" && this.#logged === "") return;
    this.#logged = text;
    this.#loggedAt = time;
    if (text === "") this.log.info("capture: the trouble is over");
    for (const { kind, sentence } of problems)
      this.log.error({ problem: kind }, sentence);
  }
}
