import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { useState, type ReactNode } from "react";
import { RouterProvider } from "react-router/dom";
import { makeQueryClient } from "../api/query-client.js";
import { makeRouter } from "./router.js";
import { readableColours, theme } from "./theme.js";

/** index.html has it from the server; the policy lets no other style element in. */
const nonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')
    ?.nonce ?? "";

// Beneath Mantine's dialogs: what keeps the page behind them from scrolling.
setNonce(nonce());

export const Themed = ({ children }: { readonly children: ReactNode }) => (
  <MantineProvider
    theme={theme}
    cssVariablesResolver={readableColours}
    defaultColorScheme="auto"
    getStyleNonce={nonce}
  >
    {children}
  </MantineProvider>
);

export function Root() {
  const [queries] = useState(makeQueryClient);
  const [router] = useState(makeRouter);
  return (
    <Themed>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </Themed>
  );
}
