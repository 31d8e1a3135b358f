/** REST for people: one description an endpoint, of which guard, validation and OpenAPI are made. */
export * from "./call.js";
export { described, type DescribedApi } from "./described.js";
export * from "./endpoint.js";
export * from "./endpoint-spec.js";
export { EventStream, type StreamedEvent } from "./event-stream.js";
export * from "./field-errors.js";
export * from "./language.js";
export * from "./openapi.js";
export { REST, type RestParts } from "./parts.js";
export * from "./problem.js";
export * from "./problem.filter.js";
export * from "./refusals.js";
export { Answer, etagOf } from "./rest.interceptor.js";
