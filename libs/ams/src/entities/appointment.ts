import { Column, Entity, PrimaryColumn } from "typeorm";

@Entity({ schema: "ams", name: "appointment" })
export class Appointment {
  @PrimaryColumn({ name: "tenant_id", type: "uuid" })
  tenantId!: string;

  @PrimaryColumn({ name: "appointment_id", type: "bigint" })
  appointmentId!: string;

  /** Whose calendar it stands in. */
  @Column({ name: "user_id", type: "bigint" })
  userId!: string;

  @Column({ name: "customer_id", type: "bigint", nullable: true })
  customerId!: string | null;

  @Column({ type: "text", nullable: true })
  date!: string | null;

  @Column({ type: "text", nullable: true })
  reason!: string | null;

  @Column({ type: "text", nullable: true })
  remark!: string | null;

  @Column({ name: "starts_at_time", type: "text", nullable: true })
  from!: string | null;

  @Column({ name: "ends_at_time", type: "text", nullable: true })
  to!: string | null;

  @Column({ name: "last_changed", type: "timestamptz" })
  lastChanged!: Date;

  /** Rises with every update; conditional writes name the one they read. */
  @Column({ name: "row_version", type: "bigint" })
  rowVersion!: string;
}
