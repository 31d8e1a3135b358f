/** The app registration of a brokerage in Microsoft Entra, as its dialog has it. */
export interface AppLogin {
  /** Id of the directory, or one of its domains. */
  readonly tenant: string;
  readonly clientId: string;
  readonly proof: "secret" | "certificate";
  /** The secret, or PEM of the certificate with its private key. */
  readonly value: string;
}

export const NO_LOGIN: AppLogin = {
  ...{ tenant: "", clientId: "", value: "" },
  proof: "secret",
};

/** What settings keeps in place of a password, as the outlook-connector reads it. Nothing typed: an empty one. */
export function passwordOf({ proof, ...typed }: AppLogin): string {
  const { value, ...app } = typed;
  const empty = Object.values(typed).every((text) => text.trim() === "");
  return empty ? "" : JSON.stringify({ ...app, [proof]: value });
}

/** What was typed; of anything else nothing. */
export function appLoginOf(password: string): AppLogin {
  const found = parsed(password);
  const text = (name: string): string => {
    const value = found[name];
    return typeof value === "string" ? value : "";
  };
  const proof = "certificate" in found ? "certificate" : "secret";
  const app = { tenant: text("tenant"), clientId: text("clientId") };
  return { ...app, proof, value: text(proof) };
}

export const isWhole = ({ tenant, clientId, value }: AppLogin): boolean =>
  [tenant, clientId, value].every((text) => text.trim() !== "");

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
