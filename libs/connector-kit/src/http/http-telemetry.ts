import { inSpan, meter } from "@ams-sync/platform";

/** Sees each sending from outside. */
export type Observe = <A extends { readonly status: number }>(
  method: string,
  host: string,
  send: () => Promise<A>,
) => Promise<A>;

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

/** A span and a duration for each request. The address stays out: a foreign item's name may hold a customer's. */
export function httpTelemetry(
  meterName: string,
  metric: string,
  description: string,
): Observe {
  const duration = meter(meterName).createHistogram(metric, {
    description,
    unit: "s",
    advice: { explicitBucketBoundaries: SECONDS },
  });
  return (method, host, send) =>
    inSpan(
      method,
      {
        attributes: { "http.request.method": method, "server.address": host },
      },
      async (span) => {
        const begun = performance.now();
        let status = "none";
        try {
          const answer = await send();
          status = String(answer.status);
          span.setAttribute("http.response.status_code", answer.status);
          return answer;
        } finally {
          duration.record((performance.now() - begun) / 1_000, {
            method,
            status,
          });
        }
      },
    );
}
