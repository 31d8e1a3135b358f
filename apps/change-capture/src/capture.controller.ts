import { Controller, Get, Inject } from "@nestjs/common";
import { CaptureStatus, type StatusReport } from "./capture/status.js";

@Controller("health")
export class CaptureController {
  constructor(@Inject(CaptureStatus) private readonly status: CaptureStatus) {}

  /** What capture is doing and what keeps it from it, in sentences; /health/ready knows only yes and no. */
  @Get("capture")
  show(): StatusReport {
    return this.status.report;
  }
}
