import { Column, Entity, PrimaryColumn } from "typeorm";
import { Contact } from "./contact.js";

@Entity({ schema: "ams", name: "customer" })
export class Customer extends Contact {
  @PrimaryColumn({ name: "customer_id", type: "bigint" })
  customerId!: string;

  @Column({ name: "customer_number", type: "text", nullable: true })
  customerNumber!: string | null;

  @Column({ type: "text" })
  kind!: "private" | "commercial";

  @Column({ type: "text" })
  status!: "customer" | "prospect";

  @Column({ name: "agent_id", type: "bigint", nullable: true })
  agentId!: string | null;

  @Column({ name: "first_name", type: "text", nullable: true })
  firstName!: string | null;

  @Column({ name: "last_name", type: "text", nullable: true })
  lastName!: string | null;

  @Column({ type: "text", nullable: true })
  gender!: string | null;

  @Column({ name: "birth_date", type: "text", nullable: true })
  birthDate!: string | null;
}
