import { PgoutputPlugin, type Pgoutput } from "pg-logical-replication";
import { PUBLICATION } from "../decode/captured-tables.js";

/** pgoutput for our publication, with every column as the text that it was sent as. */
export class KeysPlugin extends PgoutputPlugin {
  /** @param onBroken told of a message that cannot be parsed */
  constructor(private readonly onBroken: (error: Error) => void) {
    super({ protoVersion: 1, publicationNames: [PUBLICATION] });
  }

  override parse(buffer: Buffer): Pgoutput.Message {
    try {
      const message = super.parse(buffer);
      // pg's parsers would make numbers and dates of whatever else is published.
      if (message.tag === "relation")
        for (const column of message.columns) column.parser = asIs;
      return message;
    } catch (error) {
      // Thrown on, it would end the process from within the socket's handler.
      this.onBroken(error instanceof Error ? error : new Error(String(error)));
      return { tag: "origin", originLsn: null, originName: "" };
    }
  }
}

const asIs = (text: string): string => text;
