import { Entity, PrimaryColumn } from "typeorm";
import { Contact } from "./contact.js";

/** The broker who looks after customers ("Vermittler"). */
@Entity({ schema: "ams", name: "agent" })
export class Agent extends Contact {
  @PrimaryColumn({ name: "agent_id", type: "bigint" })
  agentId!: string;
}
