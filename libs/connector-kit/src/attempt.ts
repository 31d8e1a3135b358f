import type { Clock } from "./clock.js";
import { ConnectorError } from "./connector-error.js";
import type { Lease } from "./lease.js";
import { LeaseLost } from "./run-state.js";
import { whatNext } from "./what-next.js";

export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ConnectorError };

/** state or settings could not answer in the middle of a connector's business: no record is to blame, the run breaks off. */
export class ServiceFailed extends Error {
  override readonly name = "ServiceFailed";
}

/** Keeps the errors of our own services apart from those of the other system. */
export const ofService = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof LeaseLost || cause instanceof ConnectorError)
      throw cause;
    throw new ServiceFailed("A service of ams-sync did not answer.", { cause });
  }
};

/**
 * A connector's call with its failure as a value. Anything but a `ConnectorError` is a fault of the connector: the
 * record that provoked it is set aside like one that the server refused, the rest goes on.
 * @throws LeaseLost when the call ended because the lease did
 * @throws ServiceFailed
 */
export const attempt = async <T>(
  lease: Lease,
  call: () => Promise<T>,
): Promise<Attempt<T>> => {
  try {
    return { ok: true, value: await call() };
  } catch (cause) {
    if (cause instanceof LeaseLost || cause instanceof ServiceFailed)
      throw cause;
    if (lease.lost) throw new LeaseLost("Another run may hold the account.");
    return {
      ok: false,
      error:
        cause instanceof ConnectorError
          ? cause
          : new ConnectorError(
              "rejected",
              "The connector could not handle this; its log says more.",
              { cause },
            ),
    };
  }
};

/** A read that may be repeated: transient failures get their few quick retries. */
export const persist = async <T>(
  lease: Lease,
  clock: Clock,
  call: () => Promise<T>,
): Promise<Attempt<T>> => {
  for (let transient = 0; ; transient += 1) {
    const attempted = await attempt(lease, call);
    if (attempted.ok) return attempted;
    const next = whatNext(attempted.error, {
      transient,
      replans: 0,
      attempts: 0,
    });
    if (next.do !== "retry") return attempted;
    await clock.sleep(next.afterMs);
  }
};
