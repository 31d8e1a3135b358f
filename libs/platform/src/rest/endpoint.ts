import {
  applyDecorators,
  Delete,
  Get,
  HttpCode,
  Post,
  Put,
  SetMetadata,
  UseGuards,
  UseInterceptors,
} from "@nestjs/common";
import type { EndpointSpec } from "./endpoint-spec.js";
import { RestGuard } from "./rest.guard.js";
import { RestInterceptor } from "./rest.interceptor.js";
import { ENDPOINT } from "./parts.js";

const METHODS = { get: Get, post: Post, put: Put, delete: Delete } as const;

export const Endpoint = (spec: EndpointSpec): MethodDecorator =>
  applyDecorators(
    METHODS[spec.method](spec.path),
    HttpCode(spec.status ?? 200),
    SetMetadata(ENDPOINT, spec),
    UseGuards(RestGuard),
    UseInterceptors(RestInterceptor),
  );
