import { AppShell, Burger, Group, NavLink, Text } from "@mantine/core";
import { useDisclosure, useMediaQuery, useWindowEvent } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useLocation } from "react-router";
import { useMe } from "../api/me.js";
import { land } from "../components/land.js";
import { Loading } from "../components/loading.js";
import { ProblemAlert } from "../components/problem-alert.js";
import { ExpiredDialog } from "../sign-in/expired-dialog.js";
import { OptionsMenu } from "./options-menu.js";
import { placesOf } from "./places.js";
import { useKeptFocus } from "./use-kept-focus.js";

/** Where Mantine's breakpoint `sm` has the menu away. */
const PHONE = "(max-width: 47.99em)";

/** What stands around every page. */
export function Shell() {
  const { t } = useTranslation();
  const [open, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  useEffect(close, [pathname, close]);
  useKeptFocus();
  const phone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const burger = useRef<HTMLButtonElement>(null);
  useWindowEvent("keydown", ({ key }) => {
    if (key !== "Escape" || !open) return;
    close();
    burger.current?.focus();
  });
  const me = useMe();
  const places = me.data ? placesOf(me.data) : [];
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: !open } }}
      padding="md"
    >
      <a className="skip-link" href="#content">
        {t("common.skip")}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={open}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t("common.openNavigation")}
              aria-expanded={open}
              ref={burger}
            />
            <Text fw={700}>{t("common.product")}</Text>
            <Text c="dimmed" size="sm" visibleFrom="sm">
              {me.data?.tenantName}
            </Text>
          </Group>
          <OptionsMenu name={me.data?.name ?? undefined} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar
        p="xs"
        aria-label={t("common.navigation")}
        // Beside the window it could still be reached by Tab.
        inert={phone && !open}
      >
        {places.map(({ to, label }) => (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={t(label)}
            active={pathname.startsWith(to)}
            onClick={() => {
              close();
              // No page begins that would take the focus.
              if (pathname === to) land([]);
            }}
            {...(pathname === to && { "aria-current": "page" as const })}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main>
        {me.isPending && <Loading />}
        {me.error && (
          <ProblemAlert error={me.error} again={() => void me.refetch()} />
        )}
        {me.data && <Outlet />}
      </AppShell.Main>
      <ExpiredDialog />
    </AppShell>
  );
}
