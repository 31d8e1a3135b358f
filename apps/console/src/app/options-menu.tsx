import {
  Button,
  Menu,
  useMantineColorScheme,
  type MantineColorScheme,
} from "@mantine/core";
import { useTranslation } from "react-i18next";
import { chooseLanguage, language, type Language } from "../i18n/language.js";
import { signOut } from "../sign-in/enter.js";

const SCHEMES = [
  "auto",
  "light",
  "dark",
] as const satisfies readonly MantineColorScheme[];
const NAMES = { de: "german", en: "english" } as const;

/** Language, appearance and the way out. */
export function OptionsMenu({ name }: { readonly name: string | undefined }) {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const choice = (chosen: boolean) => ({
    role: "menuitemradio",
    "aria-checked": chosen,
    leftSection: chosen ? "✓" : "\u2003",
  });
  return (
    <Menu position="bottom-end" width={240} keepMounted={false}>
      <Menu.Target>
        <Button variant="default" aria-label={t("common.options")}>
          <span aria-hidden>☰</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {name && (
          <Menu.Label c="dimmed">{t("common.signedInAs", { name })}</Menu.Label>
        )}
        <Menu.Label c="dimmed">{t("common.language")}</Menu.Label>
        {(Object.keys(NAMES) as Language[]).map((one) => (
          <Menu.Item
            key={one}
            lang={one}
            {...choice(language() === one)}
            onClick={() => chooseLanguage(one)}
          >
            {t(`common.${NAMES[one]}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label c="dimmed">{t("common.appearance")}</Menu.Label>
        {SCHEMES.map((one) => (
          <Menu.Item
            key={one}
            {...choice(colorScheme === one)}
            onClick={() => setColorScheme(one)}
          >
            {t(`common.${one}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>
          {t("common.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
