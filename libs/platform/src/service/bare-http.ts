import { FastifyAdapter } from "@nestjs/platform-fastify";
import type { HttpServer } from "./run-service.js";

export interface BareLimits {
  readonly bodyBytes: number;
  /** From the first byte of a request to its last, ms. */
  readonly requestMs: number;
  readonly connections: number;
}

/** Fastify by itself, for what the internet calls: no health, no metrics and no API beside it. */
export const bareHttp = (limits: BareLimits): HttpServer => {
  const server: HttpServer = new FastifyAdapter({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.requestMs,
    forceCloseConnections: true,
  }).getInstance();
  server.server.maxConnections = limits.connections;
  return server;
};
