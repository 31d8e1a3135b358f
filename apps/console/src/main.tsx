import "@mantine/core/styles.css";
import "./app/app.css";
import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { Root, Themed } from "./app/root.js";
import { startI18n } from "./i18n/index.js";
import { enter, type Entered } from "./sign-in/enter.js";
import { keepRenewing } from "./sign-in/renew.js";
import { Outside } from "./sign-in/outside.js";

const pageOf = (entered: Entered): ReactNode => {
  if (entered.kind !== "signed-in")
    return (
      <Themed>
        <Outside entered={entered} />
      </Themed>
    );
  // Before the router looks: the code in the address is used up.
  history.replaceState(null, "", entered.at);
  keepRenewing();
  return <Root />;
};

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
await startI18n();
createRoot(root).render(<StrictMode>{pageOf(await enter())}</StrictMode>);
