import { Column, PrimaryColumn } from "typeorm";

/** The columns that customers, companies and agents share; property names are the field names of the canonical form. */
export abstract class Contact {
  @PrimaryColumn({ name: "tenant_id", type: "uuid" })
  tenantId!: string;

  @Column({ type: "text", nullable: true })
  name!: string | null;

  @Column({ type: "text", nullable: true })
  street!: string | null;

  @Column({ type: "text", nullable: true })
  country!: string | null;

  @Column({ name: "postal_code", type: "text", nullable: true })
  postalCode!: string | null;

  @Column({ type: "text", nullable: true })
  city!: string | null;

  @Column({ type: "text", nullable: true })
  profession!: string | null;

  @Column({ name: "phone_private", type: "text", nullable: true })
  phonePrivate!: string | null;

  @Column({ name: "phone_business", type: "text", nullable: true })
  phoneBusiness!: string | null;

  @Column({ type: "text", nullable: true })
  fax!: string | null;

  @Column({ type: "text", nullable: true })
  mobile!: string | null;

  @Column({ type: "text", nullable: true })
  email!: string | null;

  @Column({ name: "web_page", type: "text", nullable: true })
  webPage!: string | null;

  @Column({ name: "last_changed", type: "timestamptz" })
  lastChanged!: Date;

  /** Rises with every update; conditional writes name the one they read. */
  @Column({ name: "row_version", type: "bigint" })
  rowVersion!: string;
}
