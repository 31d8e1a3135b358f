import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startOtlpReceiver, type OtlpReceiver } from "./otlp-receiver.js";

const request = JSON.stringify({
  resourceSpans: [
    {
      resource: {
        attributes: [{ key: "service.name", value: { stringValue: "state" } }],
      },
      scopeSpans: [
        {
          spans: [
            {
              name: "Änderung übernehmen",
              traceId: "0AF7651916CD43DD8448EB211C80319C",
              spanId: "b7ad6b7169203331",
              parentSpanId: "",
              links: [{ traceId: "0a", spanId: "0b" }],
              attributes: [
                { key: "db.rows", value: { intValue: 3 } },
                { key: "ok", value: { boolValue: false } },
              ],
              startTimeUnixNano: "1760000000000000000",
              endTimeUnixNano: "1760000000002500000",
              status: { code: 2 },
            },
          ],
        },
      ],
    },
  ],
});

describe("startOtlpReceiver", () => {
  let receiver: OtlpReceiver;
  const post = (path: string, type: string, body: string | Uint8Array) =>
    fetch(receiver.url + path, {
      method: "POST",
      headers: {
        "content-type": type,
        ...(typeof body !== "string" && { "content-encoding": "gzip" }),
      },
      body: body as string,
    });
  beforeAll(async () => {
    receiver = await startOtlpReceiver();
  });
  afterAll(() => receiver.stop());

  it("reads spans, compressed or not", async () => {
    const span = {
      service: "state",
      name: "Änderung übernehmen",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      parentSpanId: undefined,
      links: [{ traceId: "0a", spanId: "0b" }],
      attributes: { "db.rows": 3, ok: false },
      durationMs: 2.5,
      failed: true,
    };
    expect((await post("/v1/traces", "application/json", request)).status).toBe(
      200,
    );
    await post("/v1/traces", "application/json", gzipSync(request));
    expect(receiver.spans()).toEqual([span, span]);
    receiver.clear();
    expect(receiver.spans()).toEqual([]);
  });

  it("refuses what it cannot read", async () => {
    expect(
      (await post("/v1/traces", "application/x-protobuf", "x")).status,
    ).toBe(415);
    expect((await post("/v1/traces", "application/json", "{")).status).toBe(
      400,
    );
    expect(receiver.spans()).toEqual([]);
  });
});
