import { Alert, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { STREAMS } from "../../api/types.js";
import { useUserPage } from "../../api/users.js";
import { Loading } from "../../components/loading.js";
import { Page } from "../../components/page.js";
import { ProblemAlert } from "../../components/problem-alert.js";
import { formerPlacesOf } from "./choice.js";
import { FormerPlaces } from "./former-places.js";
import { StreamBlock } from "./stream-block.js";

/** Organisation → Benutzer → Synchronisation (R09). */
export function UserPage() {
  const { t } = useTranslation();
  const { userId = "" } = useParams();
  const page = useUserPage(userId);
  const [done, setDone] = useState<string>();
  const user = page.data?.user;
  return (
    <Page
      title={
        user ? t("users.page", { name: user.name }) : t("users.synchronisation")
      }
      back={{ to: "/users", label: t("users.title") }}
    >
      {page.isPending && <Loading />}
      {page.error && (
        <ProblemAlert error={page.error} again={() => void page.refetch()} />
      )}
      {page.data && (
        <Stack gap="lg">
          <Text>{t("users.intro")}</Text>
          {!page.data.user.active && (
            <Alert color="yellow">{t("users.inactiveHint")}</Alert>
          )}
          <div role="status">
            {done && (
              <Alert
                color="green"
                withCloseButton
                closeButtonLabel={t("common.close")}
                onClose={() => setDone(undefined)}
              >
                {done}
              </Alert>
            )}
          </div>
          {STREAMS.map((stream) => (
            <StreamBlock
              key={stream}
              stream={stream}
              page={page.data}
              onDone={setDone}
            />
          ))}
          <FormerPlaces accounts={formerPlacesOf(page.data)} />
        </Stack>
      )}
    </Page>
  );
}
