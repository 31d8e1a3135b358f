import { Agent } from "./agent.js";
import { Appointment } from "./appointment.js";
import { Company } from "./company.js";
import { Customer } from "./customer.js";

/** What synchronisation reads as rows; the rest is asked for in sets (see reads). */
export const amsEntities = [Customer, Company, Agent, Appointment];
