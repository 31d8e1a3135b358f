import type { Locator, Page } from "playwright-core";

export interface Login {
  readonly serverUrl: string;
  readonly username: string;
  readonly password: string;
}

/** The dialog "ams Cloud konfigurieren" in somebody's hands. */
export const cloudDialog = (page: Page) => {
  const dialog: Locator = page.getByRole("dialog", {
    name: "ams Cloud konfigurieren",
  });
  const press = (name: string): Promise<void> =>
    dialog.getByRole("button", { name }).click();
  // By role: a message that names them has their label, too.
  const field = (name: string): Locator =>
    dialog.getByRole("textbox", { name });
  const password = field("Kennwort");
  return {
    dialog,
    password,
    open: async (stream: "Kontakte" | "Termine"): Promise<void> => {
      await page
        .getByRole("button", { name: `„ams Cloud“ für ${stream} auswählen` })
        .click();
      await dialog.waitFor();
    },
    reopen: async (stream: "Kontakte" | "Termine"): Promise<void> => {
      await page
        .getByRole("button", { name: `ams Cloud für ${stream} konfigurieren` })
        .click();
      await dialog.waitFor();
    },
    type: async (login: Login): Promise<void> => {
      await field("Serveradresse").fill(login.serverUrl);
      await field("Benutzername").fill(login.username);
      await password.fill(login.password);
    },
    /** Another address book or calendar of the login. */
    choosePlace: async (
      label: "Adressbuch" | "Kalender",
      name: string,
    ): Promise<void> => {
      await dialog.getByRole("combobox", { name: label }).click();
      await page.getByRole("option", { name, exact: true }).click();
    },
    /** What is asked where the account is pointed elsewhere. */
    previous: dialog.getByRole("alert", {
      name: "Was geschieht mit dem bisherigen Ort?",
    }),
    test: () => press("Anmeldung testen"),
    sendEverything: () =>
      dialog.getByLabel("Ja, ohne Einschränkung übertragen").check(),
    save: () => press("Speichern"),
    closed: () => dialog.waitFor({ state: "detached" }),
  };
};
