import { Controller, Get, Header } from "@nestjs/common";
import { renderMetrics } from "../telemetry/metrics.js";

@Controller("metrics")
export class MetricsController {
  @Get()
  @Header("content-type", "text/plain; version=0.0.4; charset=utf-8")
  show(): Promise<string> {
    return renderMetrics();
  }
}
