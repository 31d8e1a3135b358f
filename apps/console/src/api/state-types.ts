import type { components } from "../generated/state.js";

type Schemas = components["schemas"];

export type Status = Schemas["Status"];
export type Health = Status["health"];
export type Progress = Schemas["Progress"];
export type Run = Schemas["Run"];
export type SetAside = Schemas["SetAside"];
export type Held = Schemas["Held"];
export type Left = Schemas["Left"];
export type Lost = Schemas["Lost"];
export type Conflict = Schemas["Conflict"];
export type Tenant = Schemas["Tenant"];
export type RecordState = Schemas["RecordState"];
export type Preview = Schemas["Preview"];
export type PreviewEntry = Schemas["PreviewEntry"];
export type RecordRef = Schemas["RecordRef"];

/** Nothing of it is carried out until somebody agrees. */
export const waitsForConsent = ({
  streams,
}: Pick<Status, "streams">): boolean =>
  streams.some(({ preview }) => preview !== null);

/** The worst first, as who looks for trouble wants it. */
export const HEALTHS = [
  "needs-login",
  "degraded",
  "paused",
  "ok",
] as const satisfies readonly Health[];
