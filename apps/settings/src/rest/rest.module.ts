import { rightName } from "@ams-sync/ams";
import { ProblemFilter, REST, type RestParts } from "@ams-sync/platform/rest";
import { Module, type DynamicModule } from "@nestjs/common";
import { APP_FILTER } from "@nestjs/core";
import { API } from "./api.js";
import { PARTS, type Parts } from "./parts.js";

/** The API for people. */
@Module({})
export class RestModule {
  static of(parts: Parts, verifier: RestParts["verifier"]): DynamicModule {
    const rest: RestParts = {
      verifier,
      rightsOf: (person) => parts.people.rightsOf(person),
      rightName,
    };
    return {
      module: RestModule,
      controllers: API.controllers,
      providers: [
        { provide: REST, useValue: rest },
        { provide: PARTS, useValue: parts },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
