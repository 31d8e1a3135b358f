import { ConnectorError } from "@ams-sync/connector-kit";

/**
 * An answer that ends too early or is no XML though it says so. It may pass, as when a proxy gave up half-way; or one
 * item's text makes the server stumble each time, so that a list of items is asked for in smaller pieces.
 */
export class BrokenAnswer extends ConnectorError {
  constructor(host: string) {
    super(
      "transient",
      `${host} sent an answer that breaks off or is damaged; tried again later. If it goes on, ask the provider of the server.`,
    );
  }
}
