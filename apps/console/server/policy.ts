import type { ConsoleConfig } from "./config.js";

/** What the page may do: only its own files and answers run, and it talks to this origin and to the issuer. */
export const pagePolicy = (
  {
    SIGN_IN_ISSUER,
    SIGN_IN_ORIGINS,
  }: Pick<ConsoleConfig, "SIGN_IN_ISSUER" | "SIGN_IN_ORIGINS">,
  nonce: string,
): string =>
  Object.entries({
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    // Mantine writes its colours into a style element of its own.
    "style-src": ["'self'", `'nonce-${nonce}'`],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": [
      "'self'",
      new URL(SIGN_IN_ISSUER).origin,
      ...SIGN_IN_ORIGINS,
    ],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
  })
    .map(([name, values]) => `${name} ${values.join(" ")}`)
    .join("; ");

/** Beside what every service sends. Nothing of the machine is any business of the page. */
export const PAGE_HEADERS = {
  "x-frame-options": "DENY",
  "permissions-policy": [
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "midi",
    "payment",
    "usb",
  ]
    .map((feature) => `${feature}=()`)
    .join(", "),
} as const;
