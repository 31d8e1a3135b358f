/** Who is who, without a database: what a model of ams and the run use as well. */
export { appointmentAmong } from "./appointment-among.js";
export {
  customersAmong,
  type CustomerHints,
  type NamedCustomer,
} from "./customers-of.js";
export { toE164 } from "./e164.js";
export { matchAmong } from "./match-among.js";
