import { logger, meter } from "@ams-sync/platform";
import {
  Injectable,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from "@nestjs/common";
import { ScheduleRepository } from "./schedule.repository.js";

type Meter = ReturnType<typeof meter>;
type Gauge = ReturnType<Meter["createObservableGauge"]>;
type Observe = Parameters<Meter["addBatchObservableCallback"]>[0];

/** Shows what waits. One read per scrape. */
@Injectable()
export class FiguresMetrics
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly log = logger("metrics");
  private readonly meter: Meter = meter("ams-sync-state");
  private readonly pending = this.gauge(
    "ams_sync_state_pending_entries",
    "Inbox entries to be worked on",
  );
  private readonly setAside = this.gauge(
    "ams_sync_state_set_aside_entries",
    "Inbox entries that failed and wait",
  );
  private readonly held = this.gauge(
    "ams_sync_state_held_entries",
    "Removals that wait for the guard or for an approval",
  );
  private readonly unlinked = this.gauge(
    "ams_sync_state_unlinked_items",
    "Items of the other systems that belong to no record, questions among them",
  );
  private readonly oldestDue = this.gauge(
    "ams_sync_state_oldest_due_seconds",
    "For how long the account that waits longest has been due",
  );
  private readonly parked = this.gauge(
    "ams_sync_state_parked_accounts",
    "Accounts that wait for a new login",
  );
  private readonly position = this.gauge(
    "ams_sync_state_feed_position",
    "Newest position of a source's feed",
  );
  private readonly stopped = this.gauge(
    "ams_sync_state_source_stopped",
    "1: capture of this source is stopped until somebody acts",
  );
  private readonly observables: Gauge[] = [
    this.pending,
    this.setAside,
    this.held,
    this.unlinked,
    this.oldestDue,
    this.parked,
    this.position,
    this.stopped,
  ];

  constructor(private readonly schedule: ScheduleRepository) {}

  onApplicationBootstrap(): void {
    this.meter.addBatchObservableCallback(this.observe, this.observables);
  }

  beforeApplicationShutdown(): void {
    this.meter.removeBatchObservableCallback(this.observe, this.observables);
  }

  private readonly observe: Observe = async (result) => {
    try {
      const figures = await this.schedule.figures();
      result.observe(this.pending, figures.pending);
      result.observe(this.setAside, figures.setAside);
      result.observe(this.held, figures.intended);
      result.observe(this.unlinked, figures.unlinked);
      result.observe(this.oldestDue, figures.oldestDueSeconds);
      result.observe(this.parked, figures.parked);
      for (const { name: source, position, status } of figures.sources) {
        result.observe(this.position, position, { source });
        result.observe(this.stopped, status === "stopped" ? 1 : 0, { source });
      }
    } catch (error) {
      this.log.warn({ err: error }, "the figures could not be read");
    }
  };

  private gauge(name: string, description: string): Gauge {
    return this.meter.createObservableGauge(name, { description });
  }
}
