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
  return (
    <Menu
      position="bottom-end"
      width={240}
      keepMounted={false}
      // Within the page's header, and with nothing in it but its items.
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <Button variant="default" aria-label={t("common.options")}>
          <PersonIcon />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {name && (
          <Menu.Label c="dimmed">{t("common.signedInAs", { name })}</Menu.Label>
        )}
        <Menu.Label c="dimmed">{t("common.language")}</Menu.Label>
        <Menu.RadioGroup value={language()}>
          {(Object.keys(NAMES) as Language[]).map((one) => (
            <Menu.RadioItem
              key={one}
              value={one}
              onChange={() => chooseLanguage(one)}
              closeMenuOnClick
            >
              {t(`common.${NAMES[one]}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Label c="dimmed">{t("common.appearance")}</Menu.Label>
        <Menu.RadioGroup value={colorScheme}>
          {SCHEMES.map((one) => (
            <Menu.RadioItem
              key={one}
              value={one}
              onChange={() => setColorScheme(one)}
              closeMenuOnClick
            >
              {t(`common.${one}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>
          {t("common.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const PersonIcon = () => (
  <svg
    aria-hidden
    viewBox="0 0 16 16"
    width="18"
    height="18"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    strokeLinecap="round"
  >
    <circle cx="8" cy="5" r="3" />
    <path d="M2 14.25c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5" />
  </svg>
);
