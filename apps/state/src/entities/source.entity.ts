import { Column, Entity, PrimaryColumn } from "typeorm";

export type SourceStatus = "new" | "snapshot" | "streaming" | "stopped";

/** One ams database. Numbers of 64 bits come as decimal strings. */
@Entity({ schema: "state", name: "source" })
export class SourceEntity {
  @PrimaryColumn({ type: "text" })
  name!: string;

  @Column({ name: "system_identifier", type: "text" })
  systemIdentifier!: string;

  @Column({ type: "bigint" })
  epoch!: string;

  @Column({ name: "last_lsn", type: "bigint" })
  lastLsn!: string;

  @Column({ type: "bigint" })
  position!: string;

  /** Who may append; "" before the first. */
  @Column({ type: "text" })
  writer!: string;

  /** How many of the writer's appends are stored. */
  @Column({ type: "bigint" })
  appends!: string;

  @Column({ type: "text" })
  status!: SourceStatus;

  @Column({ name: "stop_code", type: "text", nullable: true })
  stopCode!: string | null;

  @Column({ name: "stop_message", type: "text", nullable: true })
  stopMessage!: string | null;

  @Column({ name: "changed_at", type: "timestamptz" })
  changedAt!: Date;
}
