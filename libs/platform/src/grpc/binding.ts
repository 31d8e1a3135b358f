import type { CallContext } from "nice-grpc-common";
import type { CompatServiceDefinition, ServiceImplementation } from "nice-grpc";

/** A service as ts-proto generates it. */
export type GrpcDefinition = CompatServiceDefinition & {
  readonly fullName: string;
  readonly methods: Readonly<Record<string, { readonly name: string }>>;
};

/** What a method gets besides its request. */
export interface Caller {
  /** Name of the calling service, proven by its key. */
  readonly caller: string;
}
export type GrpcContext = CallContext & Caller;

/** One service of a server, and who may call which of its methods. */
export interface ServiceBinding<D extends GrpcDefinition> {
  readonly definition: D;
  readonly implementation: ServiceImplementation<D, Caller>;
  /** Method (as in the definition, `openSource`) → names of services. A method that is not listed is refused to all. */
  readonly callers: { readonly [M in keyof D["methods"]]?: readonly string[] };
}

/** gRPC path → names of services. */
export type AllowList = ReadonlyMap<string, ReadonlySet<string>>;

export const allowListOf = (
  bindings: readonly {
    readonly definition: GrpcDefinition;
    readonly callers: Readonly<Record<string, readonly string[] | undefined>>;
  }[],
): AllowList =>
  new Map(
    bindings.flatMap(({ definition, callers }) =>
      Object.entries(definition.methods).map(
        ([key, method]) =>
          [
            `/${definition.fullName}/${method.name}`,
            new Set(callers[key]),
          ] as const,
      ),
    ),
  );
