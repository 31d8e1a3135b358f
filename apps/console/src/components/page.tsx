import { Anchor, Container, Group, Stack, Title } from "@mantine/core";
import { useEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

/** The first page of a visit keeps the browser's own focus. */
let first = true;

/** One heading, which is also the window's title and where the next page is read from. */
export function Page({
  title,
  back,
  actions,
  children,
}: {
  readonly title: string;
  readonly back?: { readonly to: string; readonly label: string };
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – ${t("common.product")}`;
  }, [title, t]);
  useEffect(() => {
    if (!first) heading.current?.focus();
    first = false;
  }, []);
  return (
    <Container size="md" px={0}>
      <Stack gap="md">
        {back && (
          <Anchor component={Link} to={back.to} size="sm">
            ← {back.label}
          </Anchor>
        )}
        <Group justify="space-between">
          <Title order={1} size="h2" id="content" ref={heading} tabIndex={-1}>
            {title}
          </Title>
          {actions}
        </Group>
        {children}
      </Stack>
    </Container>
  );
}
