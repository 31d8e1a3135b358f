import {
  createTheme,
  type CSSVariablesResolver,
  type MantineThemeOverride,
} from "@mantine/core";

/** Shades that text on and in them can be read by everybody (WCAG 2.2, 1.4.3). */
export const theme: MantineThemeOverride = createTheme({
  primaryColor: "blue",
  primaryShade: { light: 9, dark: 8 },
  autoContrast: true,
  cursorType: "pointer",
  defaultRadius: "md",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  headings: { fontWeight: "600" },
  components: {
    Anchor: { defaultProps: { underline: "always" } },
    Modal: { styles: { title: { fontWeight: 600, fontSize: "1.2rem" } } },
    // Its own colours are too pale on their ground.
    Alert: { styles: { title: { color: "var(--mantine-color-text)" } } },
    Fieldset: { styles: { legend: { fontWeight: 600 } } },
  },
});

export const readableColours: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": colors.gray[7],
    "--mantine-color-error": colors.red[9],
    "--mantine-color-placeholder": colors.gray[7],
    "--mantine-color-anchor": colors.blue[9],
  },
  dark: {
    "--mantine-color-dimmed": colors.dark[1],
    "--mantine-color-error": colors.red[4],
    "--mantine-color-placeholder": colors.dark[1],
    "--mantine-color-anchor": colors.blue[3],
  },
});
