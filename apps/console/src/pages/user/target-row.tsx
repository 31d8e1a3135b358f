import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** One of the places that a kind may go to. */
export function TargetRow({
  name,
  hint,
  chosen,
  state,
  action,
}: {
  readonly name: string;
  readonly hint?: string;
  readonly chosen: boolean;
  readonly state?: ReactNode;
  readonly action?: {
    readonly text: string;
    /** The text and what it is about, for who hears it alone. */
    readonly label: string;
    readonly onClick: () => void;
  };
}) {
  const { t } = useTranslation();
  return (
    <Group
      component="li"
      className="row"
      tabIndex={-1}
      py="sm"
      justify="space-between"
    >
      <Stack gap={2} flex="1 1 8rem">
        <Group gap="xs">
          <Text fw={chosen ? 600 : 400}>{name}</Text>
          {chosen && (
            <Badge tt="none" variant="filled">
              {t("users.chosen")}
            </Badge>
          )}
        </Group>
        {hint && (
          <Text size="sm" c="dimmed">
            {hint}
          </Text>
        )}
        {state}
      </Stack>
      {action && (
        <Button
          variant={chosen ? "filled" : "default"}
          size="sm"
          aria-label={action.label}
          onClick={action.onClick}
        >
          {action.text}
        </Button>
      )}
    </Group>
  );
}
