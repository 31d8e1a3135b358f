import { Anchor, Badge, Group, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { User } from "../../api/types.js";
import { useUsers } from "../../api/users.js";
import { BusyButton } from "../../components/busy-button.js";
import { Loading } from "../../components/loading.js";
import { Page } from "../../components/page.js";
import { ProblemAlert } from "../../components/problem-alert.js";

const TYPING_MS = 250;

export function UsersPage() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), TYPING_MS);
  const users = useUsers(search);
  const found = users.data?.pages.flatMap((page) => page.users);
  return (
    <Page title={t("users.title")}>
      <TextInput
        type="search"
        label={t("users.searchLabel")}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        maw={400}
      />
      {users.error && (
        <ProblemAlert error={users.error} again={() => void users.refetch()} />
      )}
      {users.isPending && <Loading />}
      {found && (
        <>
          <Text role="status" size="sm" c="dimmed">
            {found.length === 0
              ? t("common.nothingFound")
              : t("users.found", { count: found.length })}
          </Text>
          {found.length > 0 && <UsersTable users={found} />}
        </>
      )}
      {users.hasNextPage && (
        <Group>
          <BusyButton
            variant="default"
            busy={users.isFetchingNextPage}
            onClick={() => void users.fetchNextPage()}
          >
            {t("common.more")}
          </BusyButton>
        </Group>
      )}
    </Page>
  );
}

function UsersTable({ users }: { readonly users: readonly User[] }) {
  const { t } = useTranslation();
  return (
    <Table highlightOnHover verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("users.name")}</Table.Th>
          <Table.Th>{t("users.login")}</Table.Th>
          <Table.Th visibleFrom="xs">{t("users.department")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {users.map(({ userId, name, login, department, active }) => (
          <Table.Tr key={userId} tabIndex={-1}>
            <Table.Td>
              <Anchor component={Link} to={`/users/${userId}`}>
                {name}
              </Anchor>{" "}
              {!active && (
                <Badge variant="default" size="sm" tt="none">
                  {t("users.inactive")}
                </Badge>
              )}
            </Table.Td>
            <Table.Td>{login}</Table.Td>
            <Table.Td visibleFrom="xs">{department}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
