import { Entity, PrimaryColumn } from "typeorm";
import { Contact } from "./contact.js";

/** An insurance company ("Gesellschaft"). */
@Entity({ schema: "ams", name: "company" })
export class Company extends Contact {
  @PrimaryColumn({ name: "company_id", type: "bigint" })
  companyId!: string;
}
